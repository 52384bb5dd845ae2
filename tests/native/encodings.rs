//! Files of any encoding, damaged or not: read in the encoding that they are in, apart from the damaged places.

use std::collections::HashSet;

use proptest::prelude::*;
use unroll::data::kinds::{LONG_TEXT, SERIES};
use unroll::text::{Charset, Choices, Decoded, Source, reader};
use unroll::{Error, FileKind};

use crate::shared_data;

/// Lines as people have them in files: heads of tables, sentences, single words. Written for this test.
const LINES: &[(&[Charset], &str)] = &[
    (&[Charset::Gb18030], "日期,最新价\n2024-01,131.5\n2024-02,128\n"),
    (&[Charset::Gb18030], "日期,价\n一月,1\n二月,2\n"),
    (&[Charset::Gb18030], "月份\t销量\n1\t20\n2\t30\n"),
    (&[Charset::Gb18030], "时间,值\n2020-01-01,3.5\n2020-01-02,3.6\n"),
    (&[Charset::Gb18030], "年,人口(万)\n1949,54167\n1950,55196\n"),
    (&[Charset::Gb18030], "交易日期,开盘价,收盘价,最高价,最低价,成交量\n20240102,1,2,3,4,5\n"),
    (&[Charset::Gb18030], "日期,气温\n1,2.5\n2,-1\n"),
    (&[Charset::Gb18030], "序号,用电量(千瓦时)\n1,220\n2,230\n"),
    (&[Charset::Gb18030], "姓名,分数\n张三,90\n李四,85\n"),
    (&[Charset::Gb18030], "月,客流\n1,100\n2,120\n"),
    (&[Charset::Gb18030], "好\t今天天气好\n坏\t下雨了\n"),
    (&[Charset::Gb18030], "1\t这家店的面很好吃\n0\t太慢了\n"),
    (&[Charset::Gb18030], "云计算 5\n李小福 2 nr\n创新办 3 i\n"),
    (&[Charset::Gb18030], "很赞 0\n太贵 0\n"),
    (&[Charset::Gb18030], "石墨烯 10 n\n"),
    (&[Charset::Gb18030], "你好"),
    (&[Charset::Gb18030], "中国\n"),
    (&[Charset::Gb18030], "联通"),
    (&[Charset::Gb18030], "他说：“明天再来吧。”\n"),
    (&[Charset::Gb18030], "深度学习 deep learning 入门\n"),
    (&[Charset::Gb18030], "话说天下大势，分久必合，合久必分。"),
    (&[Charset::Gb18030], "青石镇的雾很大，程小满背着包走了。\n"),
    (&[Charset::Gb18030], "第一章　山村\n　　清晨，鸡叫了三遍。\n"),
    (&[Charset::Gb18030], "USD/CNY,汇率\n2024-01-02,7.09\n"),
    (&[Charset::Big5], "日期,收盤價\n2024-01,131.5\n2024-02,128\n"),
    (&[Charset::Big5], "日期,最新價\n113/01/02,1\n113/01/03,2\n"),
    (&[Charset::Big5], "月份,銷量\n1,20\n2,30\n"),
    (&[Charset::Big5], "時間,數值\n1,2\n2,3\n"),
    (&[Charset::Big5], "年,人口\n1990,100\n2000,120\n"),
    (&[Charset::Big5], "他說：「明天再來吧。」\n"),
    (&[Charset::Big5], "好\t今天天氣很好\n壞\t下雨了\n"),
    (&[Charset::Big5], "話說天下大勢，分久必合，合久必分。"),
    (&[Charset::Big5], "歡迎光臨"),
    (&[Charset::Big5], "台北市\n"),
    (&[Charset::Big5], "山裡的霧氣很重，他一個人走在石板路上。\n"),
    (&[Charset::Windows1252], "it’s a fine day\n"),
    (&[Charset::Windows1252], "“No,” she said, “I don’t.”\n"),
    (&[Charset::Windows1252], "date,température\n2024-01,3.5\n2024-02,4\n"),
    (&[Charset::Windows1252], "gemäß\n"),
    (&[Charset::Windows1252], "Datum;Größe\n1.1.2024;3,5\n2.1.2024;4,5\n"),
    (&[Charset::Windows1252], "Le cœur a ses raisons que la raison ne connaît point.\n"),
    (&[Charset::Windows1252], "El niño comió piñas en España. ¿Cuándo? ¡Mañana!\n"),
    (&[Charset::Windows1252], "Fußgänger müssen über die Straße gehen\n"),
    (&[Charset::Windows1252], "price in £,value\n1,2\n"),
    (&[Charset::Windows1252], "Temperature (°C),n\n1,2\n2,3\n"),
    (&[Charset::Windows1252], "Año,Población\n1990,3\n2000,4\n"),
    (&[Charset::Windows1252], "São Paulo não é a capital do Brasil\n"),
    (&[Charset::Windows1252], "déjà vu"),
    (&[Charset::Windows1252], "naïve café\n"),
    (&[Charset::Windows1252], "Il était une fois — dit-il — une fille à l’école.\n"),
    (&[Charset::Windows1252], "Ähnlich Öl Übung\n"),
    (&[Charset::Windows1252], "go .\tva !\nrun !\tcours !\nI won.\tJ'ai gagné.\n"),
    (&[Charset::Windows1250], "Zażółć gęślą jaźń, panie Wołodyjowski. Książka leży na stole i już.\n"),
    (&[Charset::Windows1251], "Привет, как дела?\n"),
    (
        &[Charset::Windows1251],
        "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n",
    ),
    (&[Charset::Windows1251], "Дата;Цена\n01.01.2024;5\n02.01.2024;6\n"),
    (&[Charset::ShiftJis], "日付,売上\n2024-01,131\n2024-02,128\n"),
    (&[Charset::ShiftJis], "吾輩は猫である。名前はまだ無い。\n"),
    (&[Charset::ShiftJis], "今日はいい天気ですね。\n"),
    (&[Charset::EucKr], "오늘은 날씨가 아주 좋습니다. 우리는 공원에 갔습니다.\n"),
];

/// Lines of books and tables, by the encodings that they come in. Written for this test.
const BOOKS: [(&[Charset], [&str; 6]); 3] = [
    (
        &[Charset::Utf8, Charset::Gb18030, Charset::Utf16Le, Charset::Utf16Be],
        [
            "山里的雾气很重，他一个人走在石板路上。",
            "路边的茶馆还没有开门，只有一只黄狗趴在台阶上打盹。",
            "“你又来了。”老人说，“今天没有信。”",
            "第二天 3 月 12 日，气温 15.5 度，LSTM 的损失是 0.03。",
            "股票代码,开盘价,收盘价,成交量",
            "他把书合上，想起了小时候在河边钓鱼的日子，那时候天很蓝。",
        ],
    ),
    (
        &[Charset::Utf8, Charset::Big5, Charset::Utf16Le, Charset::Utf16Be],
        [
            "山裡的霧氣很重，他一個人走在石板路上。",
            "路邊的茶館還沒有開門，只有一隻黃狗趴在臺階上打盹。",
            "「你又來了。」老人說，「今天沒有信。」",
            "第二天 3 月 12 日，氣溫 15.5 度，LSTM 的損失是 0.03。",
            "股票代號,開盤價,收盤價,成交量",
            "他把書合上，想起了小時候在河邊釣魚的日子，那時候天很藍。",
        ],
    ),
    (
        &[Charset::Utf8, Charset::Windows1252, Charset::Utf16Le, Charset::Utf16Be],
        [
            "Il était une fois une fille qui s’appelait Élodie.",
            "Die Straße führt über den Fluß, gemäß dem Plan.",
            "El niño comió piñas en España, ¿verdad?",
            "“It’s fine,” she said — and left the café.",
            "Température moyenne: 15 °C à midi, très agréable.",
            "Größe;Länge;Straße;Übung",
        ],
    ),
];

/// The bytes of a text in an encoding.
pub fn written(text: &str, charset: Charset) -> Vec<u8> {
    match charset {
        Charset::Utf8 => text.into(),
        Charset::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Charset::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        other => {
            encoding_rs::Encoding::for_label(other.label().as_bytes()).unwrap().encode(text).0.into_owned()
        }
    }
}

#[test]
fn a_few_lines_are_read_in_their_encoding() {
    // In UTF-16 a few characters are as good as a few letters.
    const FEW: usize = 8;
    let unicode = [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be];
    let mut wrong = Vec::new();
    for (charsets, text) in LINES {
        let unicode = if text.chars().count() > FEW { &unicode[..] } else { &unicode[..1] };
        for &charset in charsets.iter().chain(unicode) {
            let read = Decoded::read(&written(text, charset), None).unwrap();
            if read.facts.charset != Some(charset) || read.text != *text {
                wrong.push(format!("{charset:?} {:?} {text:?} {:?}", read.facts.charset, read.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One place of a file, as a part of its length, and what happens there.
#[derive(Debug, Clone)]
enum Damage {
    Lost(f64),
    Changed(f64, u8),
    Foreign(usize, usize),
    Cut(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (0.0..1.0).prop_map(Damage::Lost),
        (0.0..1.0, any::<u8>()).prop_map(|(place, byte)| Damage::Changed(place, byte)),
        (0_usize..3, 0_usize..6).prop_map(|(book, line)| Damage::Foreign(book, line)),
        (0_usize..4).prop_map(Damage::Cut),
    ]
}

/// The file with that damage. To UTF-16 nothing of another encoding is added: there is no end of a line between them.
fn hurt(mut bytes: Vec<u8>, damage: &Damage, charset: Charset) -> Vec<u8> {
    let is_wide = matches!(charset, Charset::Utf16Le | Charset::Utf16Be);
    let at = |place: f64| ((bytes.len() as f64 * place) as usize).min(bytes.len() - 1);
    match *damage {
        Damage::Lost(place) => drop(bytes.remove(at(place))),
        Damage::Changed(place, byte) => {
            let at = at(place);
            bytes[at] = byte;
        }
        Damage::Foreign(book, line) if !is_wide => {
            let (charsets, lines) = &BOOKS[book];
            let foreign = charsets.iter().take(2).find(|other| **other != charset).unwrap();
            bytes.extend(written(&format!("{}\n", lines[line]), *foreign));
        }
        Damage::Cut(count) => bytes.truncate(bytes.len() - count.min(bytes.len() - 1)),
        Damage::Foreign(..) => {}
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// A page of a book, with a few damaged places.
    #[test]
    fn a_damaged_text_is_read_as_itself(
        book in 0_usize..3, charset in 0_usize..4, lines in prop::collection::vec(0_usize..6, 12..40),
        places in prop::collection::vec(damage(), 0..4),
    ) {
        let (charsets, words) = BOOKS[book];
        let charset = charsets[charset];
        let text: String = lines.iter().map(|&line| format!("{}\n", words[line])).collect();
        let mut bytes = written(&text, charset);
        for place in &places {
            bytes = hurt(bytes, place, charset);
        }
        let read = match Decoded::read(&bytes, None) {
            Ok(read) => read,
            Err(error) => return Err(TestCaseError::fail(format!("{error}"))),
        };
        prop_assert_eq!(read.facts.charset, Some(charset), "{}", read.text);
        // A lost byte draws along no more than its line, and the next one where it was the end of that.
        let whole: Vec<&str> = text.lines().collect();
        let good = read.text.lines().filter(|line| whole.contains(line)).count();
        prop_assert!(good + 2 * places.len() >= whole.len(), "{} of {}:\n{}", good, whole.len(), read.text);
        prop_assert_eq!(read.facts.ill_formed > 0, read.facts.first_ill_formed.is_some());
        if places.is_empty() {
            prop_assert_eq!(&read.text, &text);
            prop_assert_eq!(read.facts.ill_formed + read.facts.left_out, 0);
        }
    }
}

#[test]
fn the_first_bad_place_is_said() {
    // Bytes that were one character, lost in the middle of the third line.
    let text = "第一行\n第二行\n雾气很重，他一个人走\n";
    let mut bytes = text.as_bytes().to_vec();
    let at = text.find('他').unwrap();
    bytes.remove(at);
    let facts = Decoded::read(&bytes, None).unwrap().facts;
    assert_eq!((facts.charset, facts.ill_formed), (Some(Charset::Utf8), 1));
    let place = facts.first_ill_formed.clone().unwrap();
    assert_eq!((place.line, place.around.as_str()), (3, "雾气很重，\u{fffd}一个人走"));
    assert!(facts.is_doubtful());
    // As `head -c` cuts it.
    let cut = Decoded::read(&text.as_bytes()[..at + 1], None).unwrap();
    assert_eq!((cut.facts.charset, cut.facts.ill_formed), (Some(Charset::Utf8), 1));
    assert!(cut.text.ends_with("雾气很重，\u{fffd}"));
    // What the reader has chosen is not doubted.
    let chosen = Decoded::read(&bytes, Some(Charset::Gb18030)).unwrap().facts;
    assert_eq!((chosen.charset, chosen.is_doubtful()), (Some(Charset::Gb18030), false));
    assert!(!Decoded::read(text.as_bytes(), None).unwrap().facts.is_doubtful());
}

#[test]
fn control_characters_are_left_out_and_counted() {
    let page = "山里的雾气很重，他一个人走在石板路上。\n".repeat(20);
    for charset in [Charset::Gb18030, Charset::Utf8] {
        for stray in ["\0", "\u{1e}", "\u{7f}", "\u{8}\u{8}", "\u{1b}"] {
            let bytes = written(&format!("{page}{stray}{page}{stray}"), charset);
            let read = Decoded::read(&bytes, None).unwrap();
            assert_eq!(
                (read.facts.charset, read.facts.left_out),
                (Some(charset), 2 * stray.len()),
                "{stray:?}"
            );
            assert_eq!(read.text, page.repeat(2));
        }
    }
    let pasted = Decoded::written("\u{feff}天\u{200b}气\r\n好\u{feff}\r".into());
    assert_eq!(
        (pasted.text.as_str(), pasted.facts.left_out, pasted.facts.foreign_line_ends),
        ("天气\n好\n", 2, 2)
    );
}

#[test]
fn files_of_programs_are_refused_by_name() {
    let sheet = [b"PK\x03\x04\x14\0\x06\0".to_vec(), b"xl/workbook.xml".to_vec(), vec![0; 90]].concat();
    let read = |bytes| reader::data(&SERIES, Source::File { bytes }, &Choices::default(), None, None).outcome;
    let named = |format: &str, kind| Err(Error::BinaryFile { format: format.into(), kind });
    assert_eq!(read(sheet), named("Excel (.xlsx)", FileKind::Spreadsheet));
    assert_eq!(read(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec()), named("PDF", FileKind::Document));
    assert_eq!(read(b"PK\x03\x04\0\0".to_vec()), named("ZIP", FileKind::Archive));
}

#[test]
fn a_file_is_read_once_more_as_its_reader_chooses() {
    let bytes = written("日付,価格\n一,1\n二,2\n", Charset::Gb18030);
    let chosen = Choices { charset: Some(Charset::Gb18030), ..Choices::default() };
    let read = reader::decoded(&LONG_TEXT, Source::File { bytes: bytes.clone() }, &chosen).unwrap();
    assert_eq!(read.text, "日付,価格\n一,1\n二,2\n");
    let beginnings = reader::beginnings(&bytes);
    assert_eq!(beginnings.len(), Charset::ALL.len());
    let shown = |charset| &beginnings.iter().find(|beginning| beginning.charset == charset).unwrap().lines;
    assert_eq!(shown(Charset::Gb18030)[..2], ["日付,価格", "一,1"]);
    assert_ne!(shown(Charset::Big5)[0], "日付,価格");
    // Far behind many lines that all encodings read alike.
    let late = [b"a plain line\n".repeat(9000), written("天气好\n", Charset::Gb18030)].concat();
    let beginnings = reader::beginnings(&late);
    let shown = beginnings.iter().find(|beginning| beginning.charset == Charset::Gb18030).unwrap();
    assert_eq!(shown.lines, ["天气好"]);
}

/// Whole books, each in the encodings that it is sold in, with bytes lost, changed and cut.
#[test]
fn books_are_read_in_their_encoding_however_they_are_damaged() {
    let books: [(&str, &[Charset]); 3] = [
        ("zh-novels/hongloumeng.txt.gz", &[Charset::Gb18030, Charset::Utf8, Charset::Utf16Le]),
        ("zh-novels/xiyouji.txt.gz", &[Charset::Gb18030, Charset::Utf8]),
        ("zh-novels/nahan.txt.gz", &[Charset::Gb18030, Charset::Utf8, Charset::Utf16Be]),
    ];
    for (name, charsets) in books {
        let Some(bytes) = shared_data::read(name) else { return };
        let text = String::from_utf8(bytes).unwrap();
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        for &charset in charsets {
            let whole = written(&text, charset);
            let read = Decoded::read(&whole, None).unwrap();
            assert_eq!((read.facts.charset, read.facts.ill_formed), (Some(charset), 0), "{name}");
            let mut hurt = whole;
            let mut seed = 1_usize;
            for _ in 0..50 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 20) % hurt.len();
                hurt[at] = (seed >> 12) as u8;
            }
            hurt.truncate(hurt.len() - 1);
            hurt.extend(b"\n");
            hurt.extend(written("这一行是后来加上去的，用的是另一种编码。\n", Charset::Gb18030));
            let read = Decoded::read(&hurt, None).unwrap();
            assert_eq!(read.facts.charset, Some(charset), "{name}, damaged");
            let lines: HashSet<&str> = text.lines().collect();
            let other = read.text.lines().filter(|line| !lines.contains(line)).count();
            assert!(other <= 160, "{name}: {other} lines read otherwise");
        }
    }
}
