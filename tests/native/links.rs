//! Links as mail, chat and people change them: what arrives is read as it was sent, or something is named; it is never read as
//! something else.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use unroll::lessons::LESSONS;
use unroll::share::{Link, Sealed};

use crate::properties::{any_link, changed};

const SITE: &str = "https://example.org/unroll/";

/// What carries a link, or stands around it, and what that does to it.
#[derive(Debug, Clone)]
enum Client {
    /// Escapes what follows the site, its `#` too where that is wished.
    Escapes { with_sign: bool },
    /// Escapes the percent signs, as whoever escapes an address that is escaped already.
    EscapesPercent,
    /// Takes escapes off.
    Unescapes,
    /// Writes HTML, or writes it twice.
    Html(&'static str),
    /// A mail that breaks its lines after so many characters.
    QuotedPrintable(usize),
    /// Puts something between two characters.
    Breaks(Index, &'static str),
    /// The sentence goes on.
    GoesOn(&'static str),
    /// Appends keys of its own.
    Appends(&'static str),
    /// Writes signs of the full width.
    FullWidth,
    /// Writes the lesson's name and the keys with capitals.
    Capitals,
    /// Writes everything small.
    Small,
    /// Writes everything large.
    Large,
    /// Ends the link.
    Cuts(Index),
}

impl Client {
    fn carry(&self, address: &str) -> String {
        let start = address.find(SITE).map_or(0, |place| place + SITE.len());
        let (site, link) = address.split_at(start);
        match self {
            Client::Escapes { with_sign } => {
                let sign = link.chars().next().filter(|c| "#?".contains(*c) && !with_sign);
                let rest = &link[sign.map_or(0, char::len_utf8)..];
                format!("{site}{}{}", sign.map(String::from).unwrap_or_default(), component(rest))
            }
            Client::EscapesPercent => address.replace('%', "%25"),
            Client::Unescapes => {
                percent_encoding::percent_decode_str(address).decode_utf8_lossy().into_owned()
            }
            Client::Html(and) => address.replace('&', and),
            Client::QuotedPrintable(length) => {
                let escaped: Vec<char> = link.replace('=', "=3D").chars().collect();
                let lines: Vec<String> = escaped.chunks(*length).map(|line| line.iter().collect()).collect();
                format!("{site}{}", lines.join("=\r\n"))
            }
            Client::Breaks(index, gap) => {
                let link: Vec<char> = link.chars().collect();
                let (before, after) = link.split_at(index.index(link.len() + 1));
                format!(
                    "{site}{}{gap}{}",
                    before.iter().collect::<String>(),
                    after.iter().collect::<String>()
                )
            }
            Client::GoesOn(text) | Client::Appends(text) => format!("{address}{text}"),
            Client::FullWidth => {
                let wide = |c| match c {
                    '?' => '？',
                    '&' => '＆',
                    '=' => '＝',
                    other => other,
                };
                format!("{site}{}", link.chars().map(wide).collect::<String>())
            }
            Client::Capitals => {
                let Some((path, pairs)) = link.split_once('?') else { return address.to_owned() };
                let key = |pair: &str| match pair.split_once('=') {
                    Some((key, value)) => format!("{}={value}", key.to_uppercase()),
                    None => pair.to_owned(),
                };
                let pairs: Vec<_> = pairs.split('&').map(key).collect();
                format!("{site}{}?{}", path.to_uppercase(), pairs.join("&"))
            }
            Client::Small => format!("{site}{}", link.to_lowercase()),
            Client::Large => format!("{site}{}", link.to_uppercase()),
            Client::Cuts(index) => {
                let length = index.index(link.len() + 1);
                format!("{site}{}", &link[..link.floor_char_boundary(length)])
            }
        }
    }
}

/// As `encodeURIComponent` writes it.
fn component(text: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'!')
        .remove(b'~')
        .remove(b'*')
        .remove(b'\'')
        .remove(b'(')
        .remove(b')');
    percent_encoding::utf8_percent_encode(text, KEPT).to_string()
}

/// Fragment and query of an address, as a browser gives them to its page.
fn opened(address: &str) -> (String, String) {
    let kept: String = address.trim().chars().filter(|c| !matches!(c, '\r' | '\n' | '\t')).collect();
    let link = kept.strip_prefix(SITE).unwrap_or_default();
    // An address without a sign has no page on a static host, whose 404.html finds the escaped sign.
    let mut plain = link.to_owned();
    for _ in 0..4 {
        if link.starts_with(['#', '?']) || plain.starts_with(['#', '?', '＃', '？']) {
            break;
        }
        plain = percent_encoding::percent_decode_str(&plain).decode_utf8_lossy().into_owned();
    }
    let mended = plain.strip_prefix(['#', '?', '＃', '？']).filter(|_| !link.starts_with(['#', '?']));
    let mended = mended.map(|fragment| format!("#{fragment}"));
    let link = mended.as_deref().unwrap_or(link);
    let (before, fragment) = link.split_once('#').unwrap_or((link, ""));
    let query = before.split_once('?').map_or("", |(_, query)| query);
    const ESCAPED: &percent_encoding::AsciiSet =
        &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');
    let escaped = |text: &str| percent_encoding::utf8_percent_encode(text, ESCAPED).to_string();
    (escaped(fragment), escaped(query))
}

/// What undoes nothing: all that can be told apart from the link itself.
fn harmless() -> BoxedStrategy<Client> {
    prop_oneof![
        Just(Client::Escapes { with_sign: false }),
        Just(Client::EscapesPercent),
        Just(Client::Unescapes),
        select(vec!["&amp;", "&amp;amp;", "&#38;", "&#x26;"]).prop_map(Client::Html),
        select(vec!["\u{200b}", "\u{ad}", "\r\n", "\n", "\u{feff}", "\u{2060}"]).prop_flat_map(|gap| any::<
            Index,
        >(
        )
        .prop_map(move |index| Client::Breaks(index, gap))),
        select(vec![")", ".", ",", ">", "\"", "。快来看", "」", "，看看这个", ")。", "!", "'"])
            .prop_map(Client::GoesOn),
        select(vec![
            "&from=timeline",
            "&shareTo=x&source=y",
            "?utm_source=a&fbclid=b",
            "&bd_vid=1&timestamp=2#wechat_redirect"
        ])
        .prop_map(Client::Appends),
        Just(Client::FullWidth),
        Just(Client::Capitals),
    ]
    .boxed()
}

fn any_client() -> BoxedStrategy<Client> {
    prop_oneof![
        4 => harmless(),
        1 => (20..78_usize).prop_map(Client::QuotedPrintable),
        1 => Just(Client::Escapes { with_sign: true }),
        1 => select(vec![" ", "\n ", "%20", "&", "=", "%", "。", "x", "7", "~", "?"])
            .prop_flat_map(|gap| any::<Index>().prop_map(move |index| Client::Breaks(index, gap))),
        1 => Just(Client::Small),
        1 => Just(Client::Large),
        3 => any::<Index>().prop_map(Client::Cuts),
    ]
    .boxed()
}

fn same(sent: &Link, found: &Link) -> bool {
    let rest = |link: &Link| Link { form: link.lesson.preset(), ..link.clone() };
    changed(sent) == changed(found) && rest(sent) == rest(found)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_can_be_undone_is_undone_without_a_word(
        link in any_link(), first in harmless(), second in harmless(), as_query in any::<bool>(),
    ) {
        let address = format!("{SITE}{}", if as_query { link.to_query() } else { link.to_fragment() });
        let arrived = second.carry(&first.carry(&address));
        let (fragment, query) = opened(&arrived);
        let (found, notes) = Link::parse(&fragment, &query, &LESSONS);
        prop_assert_eq!(notes, vec![], "{}", arrived);
        prop_assert!(same(&link, &found), "{}", arrived);
    }

    #[test]
    fn a_mail_that_breaks_its_lines_is_read(link in any_link(), length in 20..78_usize) {
        let arrived = Client::QuotedPrintable(length).carry(&format!("{SITE}{}", link.to_fragment()));
        // Whoever copies it by hand, and whoever's program puts its lines together.
        let (_, copied) = arrived.split_once('#').unwrap();
        let (found, notes) = Link::parse(copied, "", &LESSONS);
        prop_assert!(!notes.is_empty() || same(&link, &found), "{}", arrived);
        let (fragment, query) = opened(&arrived);
        let (found, notes) = Link::parse(&fragment, &query, &LESSONS);
        prop_assert!(!notes.is_empty() || same(&link, &found), "{}", arrived);
    }

    #[test]
    fn a_link_is_read_as_it_was_sent_or_something_is_named(
        link in any_link(), clients in prop::collection::vec(any_client(), 1..4), as_query in any::<bool>(),
    ) {
        let mut arrived = format!("{SITE}{}", if as_query { link.to_query() } else { link.to_fragment() });
        for client in &clients {
            arrived = client.carry(&arrived);
        }
        let (fragment, query) = opened(&arrived);
        let (found, notes) = Link::parse(&fragment, &query, &LESSONS);
        // Where no pair is left, nobody can know that there was one.
        let says_nothing = Sealed::read(&fragment, &query, &LESSONS).is_bare();
        prop_assert!(!notes.is_empty() || same(&link, &found) || says_nothing, "{:?} {} {:?}", clients, arrived, found);
    }
}
