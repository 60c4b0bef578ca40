//! The cookies of a session, and answers that are not vCenter's.

use super::*;

fn headers(rows: &[(reqwest::header::HeaderName, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in rows {
        headers.append(name, value.parse().unwrap());
    }
    headers
}

#[test]
fn cookies_are_kept_by_name_and_without_their_attributes_until_they_are_taken_back() {
    let cookies = Cookies::default();
    assert_eq!((cookies.header(), cookies.has(SESSION_COOKIE)), (None, false));
    cookies.learn(&headers(&[
        (SET_COOKIE, "route=1; Path=/"),
        (SET_COOKIE, "vmware_soap_session=\"abc\"; Path=/; HttpOnly; Secure"),
    ]));
    let sent = |cookies: &Cookies| cookies.header().map(|header| header.to_str().unwrap().to_owned());
    assert_eq!(sent(&cookies).as_deref(), Some("route=1; vmware_soap_session=\"abc\""));
    cookies.learn(&headers(&[(SET_COOKIE, "route=2"), (SET_COOKIE, "nonsense")]));
    assert_eq!(sent(&cookies).as_deref(), Some("route=2; vmware_soap_session=\"abc\""));
    cookies.learn(&headers(&[(SET_COOKIE, "route=; Path=/"), (SET_COOKIE, "vmware_soap_session=x; Max-Age=0")]));
    assert_eq!((sent(&cookies), cookies.has(SESSION_COOKIE)), (None, false));
    (0..2 * MOST_COOKIES).for_each(|n| cookies.learn(&headers(&[(SET_COOKIE, &format!("c{n}=1"))])));
    assert_eq!(sent(&cookies).unwrap().split("; ").count(), MOST_COOKIES);
}

#[test]
fn a_redirect_is_named_with_where_it_leads() {
    let moved = not_vcenter(StatusCode::FOUND, &headers(&[(LOCATION, "https://other/sdk")]));
    assert!(moved.starts_with("HTTP 302 Found to https://other/sdk: redirects are not followed"), "{moved}");
    let page = not_vcenter(StatusCode::BAD_GATEWAY, &headers(&[(CONTENT_TYPE, "text/html"), (LOCATION, "https://x")]));
    assert_eq!(page, "HTTP 502 Bad Gateway, text/html: not an answer of vCenter, perhaps a proxy's");
    let bare = not_vcenter(StatusCode::NOT_FOUND, &HeaderMap::new());
    assert!(bare.contains("no content type"), "{bare}");
}
