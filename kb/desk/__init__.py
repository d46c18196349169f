"""How agents share the work: teams, views, rules that hand tickets out, many tickets at once."""
