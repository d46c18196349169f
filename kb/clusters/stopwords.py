"""Words that name nothing: English function words and the small change of asking for help."""

STOPWORDS = frozenset(
    """
    a about above after again against ago all almost already also although always am an and another any anybody anyone
    anything are aren't around as at away back be became because been before being below between both but by came can
    can't cannot come could couldn't did didn't do does doesn't doing don't done down during each either else even ever
    every everything few for from further get gets getting give given go goes going gone got had hadn't has hasn't have
    haven't having he he's her here hers him his how however i i'd i'll i'm i've if in instead into is isn't it it's its
    itself just keep keeps know let let's like made make makes making many may maybe me mean might mine more most much
    must my myself need needs never no nobody none nor not nothing now of off often ok okay on once one ones only or
    other others our ours out over own per quite rather really same say says see seem seems she she's should shouldn't
    since so some somebody someone something sometimes soon still such sure take taken than that that's the their
    theirs them then there there's these they they're thing things think this those though through to today together
    too took toward towards tried try trying two under until up upon us use used using very via want wanted wants was
    wasn't way we we're we've well went were weren't what what's when where where's whether which while who whole whom
    whose why will with within without won't would wouldn't yes yet you you're you've your yours yourself able actually
    anyway available best bit certain currently day days different dont doesnt cant didnt wont im ive first
    happen happened happening happens hello help hey hi issue issues last later least less long look looking lot new
    next old past people please pls possible problem problems question questions regards right several show shows
    start started stop support tell thank thanks thx time times tomorrow understand week weeks work working
    vs re ve ll ie eg etc hm pm ya yo aa
    works wrong yesterday cheers dear sorry sincerely kind hope wondering wonder appreciate
    """.split()  # noqa: SIM905 - a list of 400 quoted words cannot be read
)
