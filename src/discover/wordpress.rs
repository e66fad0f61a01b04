//! Addresses of the lists every WordPress site has: posts by its REST interface, archives by month. Pure; walking them
//! is `crawl`'s, reading the posts `json_feed`'s.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::model::crawl_url::CrawlUrl;

/// Posts on one page of the REST listing: the most WordPress gives.
pub const POSTS_PER_PAGE: usize = 100;

/// Months of one site's archives that are walked: fifty years.
const MAX_MONTHS: usize = 600;

/// Page `number` of the posts of the site under `root`, the newest first (REST API handbook, "Posts"). Only what is
/// needed is asked for, so that the answer is small.
pub fn posts_page(root: &CrawlUrl, number: u32) -> Option<CrawlUrl> {
    let query = format!(
        "wp-json/wp/v2/posts?per_page={POSTS_PER_PAGE}&orderby=date&order=desc&_fields=link,title,date_gmt,modified_gmt&page={number}"
    );
    below(root, &query)
}

/// Whether a page follows page `number`, which held `found` posts; `total`: the header `X-WP-TotalPages`.
pub fn has_following_page(number: u32, found: usize, total: Option<&str>) -> bool {
    match total.and_then(|total| total.trim().parse::<u32>().ok()) {
        Some(total) => number < total,
        None => found >= POSTS_PER_PAGE,
    }
}

/// The archive of `month` of the site under `root`.
pub fn month_archive(root: &CrawlUrl, month: Date) -> Option<CrawlUrl> {
    below(root, &format!("{:04}/{:02}/", month.year(), month.month()))
}

/// The first days of the months from that of `last` back to that of `first`, at most fifty years.
pub fn months_back(first: Date, last: Date) -> Vec<Date> {
    let first = first.first_of_month();
    let mut months = Vec::new();
    let mut month = last.first_of_month();
    while month >= first && months.len() < MAX_MONTHS {
        months.push(month);
        let Ok(before) = month.checked_sub(1.month()) else { break };
        month = before;
    }
    months
}

/// `path` under `root`, whether or not `root` ends in a slash.
fn below(root: &CrawlUrl, path: &str) -> Option<CrawlUrl> {
    let folder = root.path_and_query().split('?').next().unwrap_or_default().trim_end_matches('/');
    root.join(&format!("{folder}/{path}")).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn root(text: &str) -> CrawlUrl {
        CrawlUrl::parse(text).unwrap()
    }

    #[test]
    fn lists_lie_under_the_site_s_root() {
        for (site, folder) in [
            ("https://bote.example/", ""),
            ("https://bote.example/blog", "/blog"),
            ("https://bote.example/blog/?x=1", "/blog"),
        ] {
            let posts = posts_page(&root(site), 3).unwrap();
            let start = format!("https://bote.example{folder}/wp-json/wp/v2/posts?per_page=100&");
            assert!(posts.as_str().starts_with(&start) && posts.as_str().ends_with("&page=3"), "{posts}");
            let archive = month_archive(&root(site), date(2019, 3, 17)).unwrap();
            assert_eq!(archive.as_str(), format!("https://bote.example{folder}/2019/03/"));
        }
    }

    #[test]
    fn the_walk_over_posts_ends_at_the_last_page() {
        assert!(has_following_page(1, 100, None) && !has_following_page(1, 99, None));
        assert!(!has_following_page(3, 100, Some("3")), "the site says so, though the page was full");
        assert!(has_following_page(2, 40, Some(" 3")), "a page may hold less: private posts are left out");
        assert!(!has_following_page(1, 0, Some("viele")));
    }

    #[test]
    fn months_go_back_to_the_first_and_no_further() {
        assert_eq!(
            months_back(date(2023, 11, 30), date(2024, 2, 29)),
            [date(2024, 2, 1), date(2024, 1, 1), date(2023, 12, 1), date(2023, 11, 1)]
        );
        assert_eq!(months_back(date(2024, 3, 1), date(2024, 2, 29)), []);
        assert_eq!(months_back(date(-9999, 1, 1), date(2024, 2, 29)).len(), MAX_MONTHS);
    }
}
