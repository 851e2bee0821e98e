"""Every field that the source was ever seen to send, as one table.

Measured on 853 responses of 2024-05-27 .. 2026-05-29, three of 2026-05 .. 07 and the saved
page of 2024-08-01; dates before and between are of the same format's notes. A field
that is not here is reported as new; one with another type, or missing where it always
was, as drift.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from daily_papers.quality.shape import ENTRY, KnownField

_USED: Final = "used"
_IGNORED: Final = "ignored"
_ALWAYS: Final = True
_OPTIONAL: Final = False

# an account, wherever it stands; the ids alone name a person
_ACCOUNT: Final = {
    "avatarUrl": KnownField(_IGNORED, "string", _ALWAYS),
    "fullname": KnownField(_IGNORED, "string", _ALWAYS),
    "isPro": KnownField(_IGNORED, "boolean", _ALWAYS),
    "type": KnownField(_IGNORED, "string", _ALWAYS),
}
_ORGANIZATION: Final = {
    "_id": KnownField(_IGNORED, "string", _ALWAYS),
    "avatar": KnownField(_IGNORED, "string", _OPTIONAL),
    "fullname": KnownField(_USED, "string", _ALWAYS),
    "name": KnownField(_USED, "string", _ALWAYS),
}


def _below(path: str, fields: Mapping[str, KnownField]) -> dict[str, KnownField]:
    return {f"{path}.{key}": field for key, field in fields.items()}


# path -> use, JSON type, always or optional, from which listing day (none: as old as the data)
FIELDS: Final[Mapping[str, KnownField]] = {
    ENTRY: KnownField(_USED, "object", _ALWAYS),
    "paper": KnownField(_USED, "object", _ALWAYS),
    "numComments": KnownField(_USED, "integer", _ALWAYS),
    # what thumbnail was called until 2024-06-11
    "mediaUrl": KnownField(_USED, "string", _OPTIONAL),
    "thumbnail": KnownField(_USED, "string", _ALWAYS, date(2024, 6, 12)),
    # before 2025-03-17 only here
    "mediaUrls": KnownField(_USED, "array", _OPTIONAL, date(2024, 6, 12)),
    "mediaUrls[]": KnownField(_USED, "string", _ALWAYS),
    "isAuthorParticipating": KnownField(_USED, "boolean", _ALWAYS, date(2024, 12, 19)),
    # missing in 5 % of early 2025
    "submittedBy": KnownField(_USED, "object", _OPTIONAL, date(2024, 6, 13)),
    **_below("submittedBy", _ACCOUNT),
    "submittedBy._id": KnownField(_IGNORED, "string", _ALWAYS, date(2024, 12, 3)),
    "submittedBy.name": KnownField(_USED, "string", _ALWAYS),
    "submittedBy.isHf": KnownField(_IGNORED, "boolean", _ALWAYS),
    "submittedBy.isHfAdmin": KnownField(_IGNORED, "boolean", _ALWAYS, date(2025, 3, 21)),
    "submittedBy.isMod": KnownField(_IGNORED, "boolean", _ALWAYS),
    "submittedBy.isUserFollowing": KnownField(_IGNORED, "boolean", _ALWAYS, date(2026, 1, 7)),
    "submittedBy.followerCount": KnownField(_IGNORED, "integer", _OPTIONAL, date(2024, 10, 24)),
    # equals paper.organization
    "organization": KnownField(_IGNORED, "object", _OPTIONAL, date(2025, 10, 2)),
    **_below("organization", _ORGANIZATION),
    # its forerunner, for a few days until 2025-10-02
    "submitterOrganization": KnownField(_IGNORED, "object", _OPTIONAL, date(2025, 9, 26)),
    **_below("submitterOrganization", _ORGANIZATION),
    # paper.title, in older entries with other LaTeX
    "title": KnownField(_IGNORED, "string", _ALWAYS),
    # equals paper.summary
    "summary": KnownField(_IGNORED, "string", _ALWAYS, date(2025, 3, 11)),
    # New York time labelled Z
    "publishedAt": KnownField(_IGNORED, "string", _ALWAYS),
    # the page's reader
    "upvoted": KnownField(_IGNORED, "boolean", _OPTIONAL),
    "paper.id": KnownField(_USED, "string", _ALWAYS),
    "paper.publishedAt": KnownField(_USED, "string", _ALWAYS),
    "paper.title": KnownField(_USED, "string", _ALWAYS),
    "paper.summary": KnownField(_USED, "string", _ALWAYS),
    "paper.upvotes": KnownField(_USED, "integer", _ALWAYS),
    "paper.discussionId": KnownField(_USED, "string", _ALWAYS, date(2024, 8, 2)),
    "paper.submittedOnDailyAt": KnownField(_USED, "string", _ALWAYS, date(2025, 3, 17)),
    "paper.submittedOnDailyBy": KnownField(_USED, "object", _ALWAYS, date(2025, 3, 17)),
    **_below("paper.submittedOnDailyBy", _ACCOUNT),
    "paper.submittedOnDailyBy._id": KnownField(_IGNORED, "string", _ALWAYS),
    "paper.submittedOnDailyBy.user": KnownField(_USED, "string", _ALWAYS),
    # equals .user
    "paper.submittedOnDailyBy.name": KnownField(_IGNORED, "string", _ALWAYS, date(2026, 3, 12)),
    "paper.githubRepo": KnownField(_USED, "string", _OPTIONAL, date(2025, 3, 3)),
    "paper.githubStars": KnownField(_USED, "integer", _OPTIONAL, date(2025, 6, 24)),
    "paper.githubRepoAddedBy": KnownField(_IGNORED, "string", _OPTIONAL, date(2025, 12, 10)),
    "paper.projectPage": KnownField(_USED, "string", _OPTIONAL, date(2025, 3, 3)),
    "paper.ai_summary": KnownField(_USED, "string", _OPTIONAL, date(2025, 5, 22)),
    "paper.ai_summary_model": KnownField(_USED, "string", _OPTIONAL, date(2026, 6, 3)),
    "paper.ai_keywords": KnownField(_USED, "array", _OPTIONAL, date(2025, 3, 10)),
    "paper.ai_keywords[]": KnownField(_USED, "string", _ALWAYS),
    "paper.mediaUrls": KnownField(_USED, "array", _OPTIONAL, date(2025, 3, 14)),
    "paper.mediaUrls[]": KnownField(_USED, "string", _ALWAYS),
    "paper.organization": KnownField(_USED, "object", _OPTIONAL, date(2025, 10, 2)),
    **_below("paper.organization", _ORGANIZATION),
    # only named in others' code, never seen
    "paper.withdrawnAt": KnownField(_IGNORED, "string", _OPTIONAL),
    "paper.authors": KnownField(_USED, "array", _ALWAYS),
    "paper.authors[]": KnownField(_USED, "object", _ALWAYS),
    # names the authorship, no person
    "paper.authors[]._id": KnownField(_IGNORED, "string", _ALWAYS),
    "paper.authors[].hidden": KnownField(_USED, "boolean", _ALWAYS),
    "paper.authors[].name": KnownField(_USED, "string", _ALWAYS),
    "paper.authors[].status": KnownField(_USED, "string", _OPTIONAL),
    "paper.authors[].statusLastChangedAt": KnownField(_IGNORED, "string", _OPTIONAL),
    "paper.authors[].user": KnownField(_USED, "object", _OPTIONAL),
    **_below("paper.authors[].user", _ACCOUNT),
    "paper.authors[].user._id": KnownField(_USED, "string", _ALWAYS, date(2024, 8, 6)),
    # what _id was called for two weeks
    "paper.authors[].user.id": KnownField(_USED, "string", _OPTIONAL, date(2024, 7, 23)),
    "paper.authors[].user.user": KnownField(_USED, "string", _ALWAYS),
    # equals .user
    "paper.authors[].user.name": KnownField(_IGNORED, "string", _OPTIONAL, date(2026, 3, 11)),
}
