-- question: How many authors does a paper have, year by year?
-- persona: analyst
select
    year(first_listed_on) as listed_in,
    count(*) as paper_count,
    median(author_count) as median_authors,
    quantile_cont(author_count, 0.9) as nine_in_ten_have_at_most,
    max(author_count) as most_authors
from core.papers
where author_count > 0
group by all
order by listed_in
