"""An answer that solved it ends the episode it answered."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.answers.messages import AnswerUsed
from kb.help.using import end_solved_episode


async def end_episode_of_solved(tools: Tools, heard: AnswerUsed) -> None:
    """Wherever it was said: in the widget, on an article, below a topic."""
    await end_solved_episode(heard.use_id)


HANDLERS: Handlers = {AnswerUsed: (end_episode_of_solved,)}
