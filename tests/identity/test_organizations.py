"""identity.organizations: which printed names find their registry entry, and how surely."""

import pytest
from daily_papers.identity.organizations import NO_MATCH, match_organization


@pytest.mark.parametrize(
    ("printed", "registered", "least"),
    [
        ("Tsinghua University", "Tsinghua University", 1.0),
        ("The University of Hong Kong", "University of Hong Kong", 1.0),
        ("Tencent", "Tencent (China)", 0.9),
        ("University of Maryland College Park", "University of Maryland, College Park", 0.9),
        ("KAIST", "Korea Advanced Institute of Science and Technology", 0.7),
        ("Wuhan Univeristy", "Wuhan University", 0.8),
    ],
)
def test_a_name_finds_its_entry(printed, registered, least):
    match = match_organization(printed)
    assert match.name == registered
    assert least <= match.score <= 1


def test_a_company_with_an_entry_in_each_country_is_matched_less_surely():
    assert match_organization("Google").score == 0.7


@pytest.mark.parametrize("printed", ["", "-", "AI", "LongCat", "University of Washington NLP"])
def test_an_unknown_name_has_no_match(printed):
    assert match_organization(printed) == NO_MATCH
