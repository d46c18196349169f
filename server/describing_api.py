"""The OpenAPI document at /schema/openapi.json: every operation with what its docstring says, and the key it takes."""

from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from kb.core.saying import say

KEY = "key"

API_DOCUMENT = OpenAPIConfig(
    title="Answerloop",
    version="1",
    path="/schema",
    description="What pages do, for programs. Lists are `{items, next}` with `cursor` and `limit`;"
    " refusals are `{error: {code, message, fields}}`.",
    use_handler_docstrings=True,
    components=Components(
        security_schemes={
            KEY: SecurityScheme(
                type="http",
                scheme="bearer",
                description=say("A key of /settings/keys. What everybody may read is answered without one."),
            )
        }
    ),
    security=[{KEY: []}, {}],
)
