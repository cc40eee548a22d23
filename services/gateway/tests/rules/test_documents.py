from gateway.rules.documents import merge, names_in


def route(name, *, schema="Thing", scope=None):
    body = {"200": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}}
    return {"get": {"operationId": name, "responses": body, **({"security": [{"oauth2": [scope]}]} if scope else {})}}


def document(paths, **schemas):
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas}}


def merged(documents):
    return merge(documents, title="T", version="1", token_url="/oauth/token")


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def test_what_is_alike_stands_once():
    found = merged(
        {"a": document({"/v1/a": route("get_a")}, Thing=TEXT), "b": document({"/v1/b": route("get_b")}, Thing=TEXT)}
    )
    assert found["components"]["schemas"] == {"Thing": TEXT}
    assert set(found["paths"]) == {"/v1/a", "/v1/b"}


def test_a_clash_gets_the_services_name_and_its_references_follow():
    holder = {"properties": {"thing": {"$ref": "#/components/schemas/Thing"}}}
    found = merged(
        {
            "intake": document({"/v1/a": route("get_a", schema="Holder")}, Thing=TEXT, Holder=holder),
            "clinical-records": document({"/v1/b": route("get_b", schema="Holder")}, Thing=NUMBER, Holder=holder),
        }
    )
    schemas = found["components"]["schemas"]
    assert schemas["Thing"] == TEXT and schemas["ClinicalRecordsThing"]["type"] == "integer"
    assert names_in(schemas["Holder"]) == {"Thing"}
    assert names_in(schemas["ClinicalRecordsHolder"]) == {"ClinicalRecordsThing"}
    assert names_in(found["paths"]["/v1/b"]) == {"ClinicalRecordsHolder"}


def test_what_is_renamed_bears_its_new_name_as_its_title():
    """A generator names classes by titles: two that are alike would lose one of them, and each route that needs it."""
    one, two = {**TEXT, "title": "Thing"}, {**NUMBER, "title": "Thing"}
    found = merged(
        {"a": document({"/v1/a": route("get_a")}, Thing=one), "b": document({"/v1/b": route("get_b")}, Thing=two)}
    )
    assert found["components"]["schemas"] == {"Thing": one, "BThing": {**NUMBER, "title": "BThing"}}


def test_a_part_that_may_be_null_bears_its_propertys_title():
    free = {"type": "object", "additionalProperties": True}
    held = {"title": "Address", "anyOf": [free, {"type": "null"}]}
    thing = {"properties": {"address": held, "title": {"type": "string", "title": "Title"}}}
    part = merged({"a": document({"/v1/a": route("get_a")}, Thing=thing)})["components"]["schemas"]["Thing"][
        "properties"
    ]
    assert part["address"]["anyOf"] == [{**free, "title": "Address"}, {"type": "null"}]
    assert part["title"] == {"type": "string", "title": "Title"}


def test_a_route_is_summed_up_in_its_own_words():
    paths = {"/v1/a": route("get_a"), "/v1/b": route("get_b")}
    paths["/v1/a"]["get"] |= {"summary": "Get A", "description": "Read a thing.\n\nIt costs nothing."}
    paths["/v1/b"]["get"] |= {"summary": "Get B"}
    found = merged({"a": document(paths, Thing=TEXT)})["paths"]
    assert found["/v1/a"]["get"]["summary"] == "Read a thing"
    assert found["/v1/a"]["get"]["description"].endswith("It costs nothing.")
    assert found["/v1/b"]["get"]["summary"] == "Get B"


def test_every_reference_is_met_and_nothing_unused_stays():
    found = merged(
        {
            "a": document(
                {"/v1/a": route("get_a")},
                Thing={"anyOf": [{"$ref": "#/components/schemas/Part"}]},
                Part=TEXT,
                Lost=TEXT,
            )
        }
    )
    assert set(found["components"]["schemas"]) == {"Thing", "Part"}


def test_a_recursive_schema_ends():
    node = {"items": {"$ref": "#/components/schemas/Thing"}}
    found = merged(
        {"a": document({"/v1/a": route("get_a")}, Thing=node), "b": document({"/v1/b": route("get_b")}, Thing=node)}
    )
    assert set(found["components"]["schemas"]) == {"Thing"}


def test_what_is_internal_is_not_shown():
    paths = {p: route(p) for p in ("/internal/clock", "/health/live", "/metrics", "/v1/a")}
    assert set(merged({"a": document(paths, Thing=TEXT)})["paths"]) == {"/v1/a"}


def test_operation_ids_are_unique_over_all_services():
    found = merged(
        {"a": document({"/v1/a": route("list_x")}, Thing=TEXT), "b-c": document({"/v1/b": route("list_x")}, Thing=TEXT)}
    )
    assert found["paths"]["/v1/a"]["get"]["operationId"] == "list_x"
    assert found["paths"]["/v1/b"]["get"]["operationId"] == "list_x_of_b_c"


def test_each_operation_names_its_scope():
    found = merged({"a": document({"/v1/a": route("get_a", scope="a:read"), "/v1/o": route("get_o")}, Thing=TEXT)})
    assert found["paths"]["/v1/a"]["get"]["security"] == [{"oauth2": ["a:read"]}, {"token": []}]
    assert found["paths"]["/v1/o"]["get"]["security"] == []
    schemes = found["components"]["securitySchemes"]
    flow = schemes["oauth2"]["flows"]["clientCredentials"]
    assert flow == {"tokenUrl": "/oauth/token", "scopes": {"a:read": "Read a"}}
    assert (schemes["token"]["type"], schemes["token"]["scheme"]) == ("http", "bearer")


def test_what_is_merged_leaves_the_documents_as_they_were():
    ours = document({"/v1/a": route("get_a")}, Thing=TEXT)
    merged({"a": ours, "b": document({"/v1/b": route("get_a")}, Thing=NUMBER)})
    assert ours == document({"/v1/a": route("get_a")}, Thing=TEXT)
