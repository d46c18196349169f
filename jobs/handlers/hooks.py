"""Webhooks are told of what happens: each message plans, a planned delivery is sent, and the clock does the rest."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.answers.messages import ArticlePublished
from kb.forum.messages import PostAccepted, PostWritten, TopicAsked, TopicListed, TopicMoved, TopicRestored
from kb.hooks.messages import DeliveryPlanned, WebhookSwitchedOff
from kb.hooks.planning import plan_deliveries, sweep_unplanned
from kb.hooks.pruning import forget_old_deliveries
from kb.hooks.sending import send_planned
from kb.hooks.sweeping import send_due
from kb.hooks.telling import sweep_untold_admins, tell_admins
from kb.moderation.messages import PostFlagged
from kb.product.messages import IssueFiled, IssueShipped
from kb.tickets.messages import TicketOpened, TicketSolved


async def plan_topic(tools: Tools, heard: TopicAsked | TopicRestored | TopicListed | TopicMoved) -> None:
    """A question that may be read, perhaps only now; each webhook hears of it once."""
    await plan_deliveries("topic.asked", heard.topic_id)


async def plan_post(tools: Tools, heard: PostWritten) -> None:
    """A reply."""
    await plan_deliveries("post.written", heard.post_id)


async def plan_acceptance(tools: Tools, heard: PostAccepted) -> None:
    """An accepted answer, and perhaps a solved topic."""
    await plan_deliveries("answer.accepted", heard.post_id)
    await plan_deliveries("topic.solved", heard.topic_id)


async def plan_article(tools: Tools, heard: ArticlePublished) -> None:
    """A revision before readers."""
    await plan_deliveries("article.published", heard.article_id)


async def plan_ticket(tools: Tools, heard: TicketOpened) -> None:
    """A private request."""
    await plan_deliveries("ticket.opened", heard.ticket_id)


async def plan_solved_ticket(tools: Tools, heard: TicketSolved) -> None:
    """Its end."""
    await plan_deliveries("ticket.solved", heard.ticket_id)


async def plan_filed_issue(tools: Tools, heard: IssueFiled) -> None:
    """A problem filed."""
    await plan_deliveries("issue.filed", heard.issue_id)


async def plan_shipped_issue(tools: Tools, heard: IssueShipped) -> None:
    """A fix that has shipped."""
    await plan_deliveries("issue.shipped", heard.issue_id)


async def plan_flag(tools: Tools, heard: PostFlagged) -> None:
    """Every flag of the post that was not told yet."""
    await plan_deliveries("flag.raised", heard.post_id)


async def send_webhook(tools: Tools, heard: DeliveryPlanned) -> None:
    """The first attempt; the next ones are the clock's."""
    if tools.postman:
        await send_planned(heard.delivery_id, tools.postman, base_url=tools.settings.base_url)


async def tell_of_switching_off(tools: Tools, heard: WebhookSwitchedOff) -> None:
    """Admins are to know."""
    await tell_admins(heard.webhook_id)


async def send_due_webhooks(tools: Tools) -> int:
    """Attempts that are due."""
    return await send_due(tools.postman, base_url=tools.settings.base_url) if tools.postman else 0


async def sweep_untold_webhooks(tools: Tools) -> int:
    """What nobody planned, and admins nobody told."""
    return await sweep_unplanned() + await sweep_untold_admins()


async def prune_webhook_log(tools: Tools) -> int:
    """What is old."""
    return await forget_old_deliveries()


HANDLERS: Handlers = {
    TopicAsked: (plan_topic,),
    TopicRestored: (plan_topic,),
    TopicListed: (plan_topic,),
    TopicMoved: (plan_topic,),
    PostWritten: (plan_post,),
    PostAccepted: (plan_acceptance,),
    ArticlePublished: (plan_article,),
    TicketOpened: (plan_ticket,),
    TicketSolved: (plan_solved_ticket,),
    IssueFiled: (plan_filed_issue,),
    IssueShipped: (plan_shipped_issue,),
    PostFlagged: (plan_flag,),
    DeliveryPlanned: (send_webhook,),
    WebhookSwitchedOff: (tell_of_switching_off,),
}
