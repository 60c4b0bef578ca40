use super::*;

#[test]
fn what_discord_would_draw_is_escaped_and_the_rest_is_not() {
    for (raw, shown) in [
        ("web-01", "web-01"),
        ("≈ 3.4 GB (before)", "≈ 3.4 GB (before)"),
        ("<@80351110224678912>", r"\<\@80351110224678912\>"),
        ("@everyone", r"\@everyone"),
        ("<t:0:R> <:a:1> </snapshot:1>", r"\<t:0:R\> \<:a:1\> \</snapshot:1\>"),
        ("**bold** __u__ ~~s~~ ||spoiler||", r"\*\*bold\*\* \_\_u\_\_ \~\~s\~\~ \|\|spoiler\|\|"),
        ("https://evil.example/x", r"https\://evil.example/x"),
        ("[click](https://evil.example)", r"\[click\](https\://evil.example)"),
        ("# big", r"\# big"),
        ("R-1 # 2", "R-1 # 2"),
        ("- item", r"\- item"),
        ("-# small", r"\-# small"),
        ("1. item", r"1\. item"),
        ("a\n> quote", "a\n\\> quote"),
        ("`code`", r"\`code\`"),
        ("a\u{202e}b\u{200b}c\0", "a\u{fffd}b\u{fffd}c\u{fffd}"),
    ] {
        assert_eq!(escaped(raw, 1000), shown);
    }
}

#[test]
fn cuts_fall_between_characters_and_never_inside_an_escape() {
    assert_eq!(escaped("****", 8), r"\*\*\*\*");
    assert_eq!(escaped("****", 7), r"\*\*\*…");
    assert_eq!(escaped("****", 6), r"\*\*…");
    let family = "👩‍👩‍👧";
    assert_eq!(unformatted(&format!("{family}{family}"), 16), format!("{family}{family}"));
    assert_eq!(unformatted(&format!("{family}{family}"), 15), format!("{family}…"));
    assert_eq!(unformatted("abc", 0), "");
    let piled = format!("a{}", "\u{301}".repeat(5_000));
    assert!(length(&escaped(&piled, 100)) <= 100);
}

#[test]
fn a_code_block_ends_where_it_ends() {
    let block = code_block(&["a ``` b".to_owned(), "`````".to_owned()], 100);
    let inside = block.strip_prefix("```\n").and_then(|rest| rest.strip_suffix("```")).unwrap();
    assert!(!inside.contains("```"), "{block:?}");
    assert_eq!(inside.replace(WEDGE, ""), "a ``` b\n`````\n");
    let lines: Vec<String> = (0..100).map(|number| format!("line {number}")).collect();
    let block = code_block(&lines, 60);
    assert!(length(&block) <= 60 && block.ends_with("\n…\n```"), "{block}");
    assert_eq!(code_block(&lines, 8), "");
}
