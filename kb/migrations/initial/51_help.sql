-- Help in the product asks at every page view what was asked from that page.
create index question_page on question (page_url) where page_url is not null and cluster_id is not null;
