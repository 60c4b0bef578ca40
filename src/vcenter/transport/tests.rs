//! The session cookie in an answer's headers, and answers that are not vCenter's.

use super::*;

fn headers(rows: &[(reqwest::header::HeaderName, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in rows {
        headers.append(name, value.parse().unwrap());
    }
    headers
}

#[test]
fn the_session_s_cookie_is_found_among_others_and_without_its_attributes() {
    let set = headers(&[
        (SET_COOKIE, "route=1; Path=/"),
        (SET_COOKIE, "vmware_soap_session=\"abc\"; Path=/; HttpOnly; Secure"),
    ]);
    assert_eq!(session_cookie(&set).as_deref(), Some("vmware_soap_session=\"abc\""));
    assert_eq!(session_cookie(&headers(&[(SET_COOKIE, "other_soap_session=1")])), None);
    assert_eq!(session_cookie(&HeaderMap::new()), None);
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
