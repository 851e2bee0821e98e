-- question: Which author ids changed, when, and which ids are they now?
-- persona: maintainer
select
    identity_events.change_no,
    identity_events.event,
    identity_events.name_as_printed,
    identity_events.old_author_id,
    identity_events.new_author_id,
    identity_events.authorship_count,
    authorships.author_id as author_id_now
from authors.identity_events as identity_events
left join authors.authorships as authorships
    on
        identity_events.paper_id = authorships.paper_id
        and identity_events.position = authorships.position
order by
    identity_events.change_no desc,
    identity_events.old_author_id asc,
    identity_events.new_author_id asc
