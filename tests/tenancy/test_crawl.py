"""Every route × every role × three agencies: nobody reads, changes or even tells apart what another agency has."""

from crawl import UUID_FORM, pairs
from operations import NOBODYS, PEOPLE, WEBSITE
from world import SLUGS


def shown(found, what):
    print(f"\n{what}: {found.asked} requests, answers {dict(sorted(found.statuses.items()))}, "
          f"foreign bytes {sum(len(leak) for leak in found.leaks)}")  # fmt: skip
    for line in [*found.leaks[:20], *found.wrong[:20], *(f"taken: {n} × {what}" for what, n in found.taken.items())]:
        print(line)


def test_every_operation_is_answered_to_its_owner(requests):
    """The positive control of all that follows."""
    missing = sorted(
        f"{operation.shown} ({slug})"
        for operation in requests.operations
        for slug in SLUGS
        if (operation, slug) not in requests.found
    )
    print(f"\n{len(requests.operations)} operations, {len(requests.found)} positive controls in {len(SLUGS)} agencies")
    print(*(f"without an owner: {name}: {why}" for name, why in NOBODYS.items()), sep="\n")
    assert missing == []
    assert len(requests.operations) > 150


def test_a_foreign_id_and_an_unknown_one_are_answered_with_the_same_bytes(requests, crawler, crawl):
    asked = [one for one in requests.found.values() if UUID_FORM.search(one.path)]
    found = crawl(crawler.compare(one, other) for one in asked for other in SLUGS if other != one.agency)
    shown(found, "foreign and unknown ids")
    assert len(asked) > 200
    assert found.leaks == []
    assert found.wrong == []


def test_etags_cursors_and_filters_tell_nothing(requests, crawler, crawl):
    asked = requests.found.values()
    rivals = {slug: [other for other in SLUGS if other != slug] for slug in SLUGS}
    tagged, paged = [one for one in asked if one.etag], [one for one in asked if one.cursor]
    filtered = [
        (one, name, value)
        for one in asked
        for name in one.operation.filters
        for value in sorted(requests.ids[one.agency].get(name, ()))[:3]
    ]
    found = crawl(
        (crawler.revalidate(one, other) for one in tagged for other in rivals[one.agency]),
        (crawler.page_on(one, other) for one in paged for other in rivals[one.agency]),
        (crawler.filter_by(one, other, name, value) for one, name, value in filtered for other in rivals[one.agency]),
    )
    shown(found, f"{len(tagged)} ETags, {len(paged)} cursors, {len(filtered)} filters")
    assert min(len(tagged), len(paged), len(filtered)) > 30
    assert found.leaks == []
    assert found.wrong == []


def test_no_role_of_another_agency_gets_anything(requests, crawler, crawl):
    """403 exactly where the table of roles says so; else the refusal of an id that nobody has."""

    def work(*, makes_anew):
        return [
            crawler.intrude(requests.found[operation, owner], attacker, username)
            for operation in requests.operations
            if makes_anew is (operation.method == "POST" and not operation.names)
            for username in (*PEOPLE, WEBSITE)
            for owner, attacker in pairs(operation, username)
        ]

    crawl(work(makes_anew=False))  # first: what others make anew of our words stands in their own lists afterwards
    found = crawl(work(makes_anew=True))
    shown(found, f"{len(requests.operations)} operations × {len(PEOPLE) + 1} roles × {len(SLUGS)} agencies")
    assert found.asked > 8000
    assert found.leaks == []
    assert found.wrong == []
