use std::collections::BTreeSet;
use std::path::Path;

use unroll::data::table::{Topic, What};
use unroll::error::{Counted, ModelFault};
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::settings::Kind;
use unroll::{Error, FileKind};

use super::*;

/// The page's code: that of one folder of `src`, without that of the folders below which `below` refuses.
fn code(folder: &Path, below: fn(&Path) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && below(&path) {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// The keys of a published file.
fn keys_of(file: &str) -> impl Iterator<Item = &str> {
    file.split('\u{1e}').filter_map(|record| Some(record.split_once('\u{1f}')?.0))
}

/// Which of these keys have no message that is fetched with the page, or with this lesson.
fn missing(keys: impl IntoIterator<Item = String>, lesson: Option<&Lesson>) -> Vec<String> {
    let is_fetched = |part: &str| part == words::PAGE || lesson.is_some_and(|lesson| lesson.id == part);
    let files =
        words::published().iter().filter(|(part, language, _)| is_fetched(part) && *language == Language::En);
    let said: BTreeSet<&str> = files.flat_map(|(_, _, file)| keys_of(file)).collect();
    keys.into_iter().filter(|key| !said.contains(key.as_str())).collect()
}

/// What a lesson declares is said with the page or with that lesson, for no other one need be open.
#[test]
fn every_declaration_has_its_message() {
    for lesson in LESSONS {
        let mut keys = Vec::new();
        for part in ["title", "chapter", "lead"] {
            keys.push(format!("lesson.{}.{part}", lesson.id));
        }
        for metric in lesson.metrics() {
            keys.push(format!("metric.{}", metric.key));
            keys.push(format!("notebook.column.{}", metric.key));
        }
        if lesson.is_trained() {
            keys.push(format!("lesson.{}.loss", lesson.id));
        }
        if lesson.is_trained() && lesson.takes.is_some() {
            let own = ["heading", "format", "field", "use", "shipped", "taken", "kept", "private"];
            keys.extend(own.iter().map(|word| format!("lesson.{}.own.{word}", lesson.id)));
        }
        keys.extend(lesson.presets.iter().map(|preset| format!("lesson.{}.preset.{}", lesson.id, preset.id)));
        for setting in lesson.all_settings() {
            // In the lesson's own words, where it has some.
            keys.extend(
                ["label", "help"].map(|part| key_of(lesson, &format!("setting.{}.{part}", setting.key))),
            );
            if let Kind::Choice(words) = setting.kind {
                let keys_of = |word: &&str| choice_keys(setting.key, word);
                let is_said = |key: &String| missing([key.clone()], Some(lesson)).is_empty();
                let unsaid = words.iter().map(keys_of).filter(|keys| !keys.iter().any(is_said));
                keys.extend(unsaid.map(|[own, _]| own));
            }
        }
        let missing = missing(keys, Some(lesson));
        assert!(missing.is_empty(), "{}: {missing:?}", lesson.id);
    }
}

/// The list of lessons is the page's, whatever lesson is open.
#[test]
fn the_page_names_every_lesson() {
    let keys = LESSONS
        .iter()
        .flat_map(|lesson| ["title", "chapter"].map(|part| format!("lesson.{}.{part}", lesson.id)));
    assert_eq!(missing(keys, None), [""; 0]);
}

/// One of every kind of error.
fn errors() -> Vec<Error> {
    let text = String::new;
    let errors = vec![
        Error::NotANumber { row: 1, column: 1, text: text() },
        Error::Hole { row: 1 },
        Error::RaggedRow { row: 1, expected: 1, found: 2 },
        Error::ColumnCount { found: 3 },
        Error::SeriesTooShort { found: 1, needed: 2 },
        Error::SeriesTooShort { found: 50, needed: 60 },
        Error::BadStep { step: 1, text: text() },
        Error::TooLarge { counted: Counted::Values, found: 2, limit: 1 },
        Error::ConstantSeries,
        Error::NoSentence { row: 1 },
        Error::OneLabel { label: text() },
        Error::NotText,
        Error::FileUnreadable { name: text(), reason: text() },
        Error::TextTooShort { found: 0, needed: 1 },
        Error::TextTooShort { found: 1, needed: 2 },
        Error::NoSuchText { name: text() },
        Error::Unreachable { address: text(), reason: text() },
        Error::LinkCut { found: 1, expected: 2 },
        Error::LinkDamaged,
        Error::ForeignVersion { version: text() },
        Error::MessageDamaged { what: text() },
        Error::DictionaryUnreachable { reason: text() },
        Error::DictionaryDamaged { what: text() },
        Error::WeightsMismatch { found: 1, expected: 2 },
        Error::SnapshotDamaged { what: text() },
        Error::UnknownLesson { name: text() },
        Error::Diverged { step: 1, learning_rate: 1.0 },
        Error::EngineUnavailable { reason: text() },
        Error::EngineLost { reason: text() },
        Error::TooMuchMemory { needed: 2, limit: 1, key: text(), fits: text() },
        Error::TooMuchMemory { needed: 2, limit: 1, key: "a".into(), fits: text() },
        Error::OtherSettings,
        Error::EngineOffline,
        Error::PageReplaced,
        Error::EngineBlocked { address: text() },
    ];
    let of_models = ModelFault::ALL.into_iter().map(|fault| fault.error("", "", ""));
    let binary = |kind| Error::BinaryFile { format: text(), kind };
    errors.into_iter().chain(of_models).chain(FileKind::ALL.map(binary)).collect()
}

#[test]
fn every_error_has_its_message() {
    let errors = errors();
    for error in &errors {
        let message = message(Language::En, &error.key()).to_owned();
        let given = error.fields();
        let arguments = message.split("%{").skip(1).filter_map(|rest| rest.split('}').next());
        // What a lesson counts is known to every message.
        for argument in arguments.filter(|name| COMMON.iter().all(|(common, _)| common != name)) {
            assert!(
                given.iter().any(|(name, _)| *name == argument),
                "{} has no argument {argument}",
                error.key()
            );
        }
    }
    assert_eq!(missing(errors.iter().map(Error::key), None), [""; 0]);
}

#[test]
fn a_lesson_says_in_its_own_words_what_it_has_words_for() {
    let key = "notebook.compare.button";
    let (with, without): (Vec<&Lesson>, Vec<&Lesson>) = LESSONS.into_iter().partition(|lesson| {
        let own = format!("lesson.{}.{key}", lesson.id);
        let has_own = missing([own.clone()], Some(lesson)).is_empty();
        assert_eq!(key_of(lesson, key), if has_own { &own } else { key });
        has_own
    });
    assert!(!with.is_empty() && !without.is_empty());
    assert_eq!(message(Language::Zh, "no.such.key"), "no.such.key");
}

/// What a lesson's own code says is fetched with the page or with that lesson; what all other code says, with the page.
#[test]
fn every_key_in_the_code_has_its_message() {
    let files = words::published().iter().flat_map(|(_, _, file)| keys_of(file));
    let known: BTreeSet<&str> = files.collect();
    let keys = |folder: &Path, below: fn(&Path) -> bool| -> Vec<String> {
        let mut keys = Vec::new();
        for code in code(folder, below) {
            for call in ["tr(\"", "tr_args(\"", "Notice::new(\""] {
                for rest in code.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap_or_default();
                    // What is put together at run time is walked from the declarations above.
                    if key.contains('.') && !key.ends_with('.') && !key.contains('{') {
                        keys.push(key.to_owned());
                    }
                }
            }
            keys.extend(code.split('"').filter(|text| known.contains(text)).map(str::to_owned));
        }
        keys
    };
    for lesson in LESSONS {
        let keys = keys(&Path::new("lessons").join(lesson.id), |_| true);
        assert!(!keys.is_empty(), "{}", lesson.id);
        let missing = missing(keys, Some(lesson));
        assert!(missing.is_empty(), "{}: {missing:?}", lesson.id);
    }
    let keys =
        keys(Path::new(""), |folder| !folder.ends_with("src/lessons") && !folder.ends_with("src/i18n"));
    assert!(keys.len() > 50);
    assert_eq!(missing(keys, None), [""; 0]);
}

/// What is said of a table is put together from what its reader may find.
#[test]
fn everything_about_a_table_has_its_message() {
    let told = What::ALL.iter().map(|what| format!("table.told.{}", what.name()));
    let asked = Topic::ALL.iter().map(|topic| format!("table.ask.{}", topic.name()));
    let answers = Topic::ALL.iter().flat_map(|topic| {
        topic.answers().iter().map(move |answer| format!("table.answer.{}.{answer}", topic.name()))
    });
    assert_eq!(missing(told.chain(asked).chain(answers), None), [""; 0]);
}

/// The names of the arguments that a text of code gives to messages: `("name", …)`.
fn argument_names(code: &str) -> impl Iterator<Item = &str> {
    code.split("(\"").skip(1).filter_map(|rest| {
        let (name, after) = rest.split_once('"')?;
        after.starts_with(", ").then_some(name)
    })
}

/// A message can't tell its own argument from what every message may use, where both have one name: the reader would be told
/// of passengers that they are epochs.
#[test]
fn no_argument_has_the_name_of_what_every_message_may_use() {
    let is_common = |name: &str| COMMON.iter().any(|(common, _)| *common == name);
    let code = code(Path::new(""), |folder| !folder.ends_with("src/i18n"));
    let mut names = code.iter().flat_map(|code| argument_names(code)).collect::<Vec<_>>();
    assert!(names.contains(&"step") && names.contains(&"reason"), "arguments are written in another way");
    names.retain(|name| is_common(name));
    assert_eq!(names, [""; 0]);
    for error in &errors() {
        assert!(error.fields().iter().all(|(name, _)| !is_common(name)), "{}", error.key());
    }
}

/// An argument stands in the message as it is, whatever is in it.
#[test]
fn what_a_reader_has_written_is_no_part_of_a_message() {
    count_in(Some(Unit::Step));
    let written = "%{used} of %{unit}".to_owned();
    let said =
        tr_args("notice.link.clamped", &[("name", "A".into()), ("text", written), ("used", "3".into())]);
    assert_eq!(said, "A: %{used} of %{unit} is out of bounds; 3 stands.");
    assert_eq!(tr_args("scrub.label", &[("step", "7".into())]), "Shown at step 7");
    assert_eq!(tr("notice.link.clamped"), "%{name}: %{text} is out of bounds; %{used} stands.");
}

/// What has one name, one form of a number, one sign of percent. The second is what stands for the first.
const ONE_FORM: [(&str, &str); 8] = [
    ("实验记录", "训练记录"),
    ("笔记本", "训练记录"),
    ("小批次", "批量"),
    ("学习速率", "学习率"),
    ("隐层", "隐藏层"),
    ("令牌", "词元"),
    (" %。", "%。"),
    (" %,", "%,"),
];

#[test]
fn a_thing_has_one_name_and_a_number_one_form() {
    let is_digit = |text: &str| text.ends_with(|last: char| last.is_ascii_digit() || last == '}');
    let mut found = Vec::new();
    for (part, language, file) in words::published() {
        for record in file.split('\u{1e}').filter(|record| !record.starts_with("style.")) {
            let (key, text) = record.split_once('\u{1f}').unwrap_or_default();
            let mut other: Vec<&str> =
                ONE_FORM.iter().map(|(other, _)| *other).filter(|other| text.contains(other)).collect();
            // 90 %, and 3.5e-4.
            other.extend(
                text.match_indices(" %")
                    .filter(|(at, _)| is_digit(&text[..*at]))
                    .filter(|(at, _)| !text[at + 2..].starts_with('{'))
                    .map(|(_, sign)| sign),
            );
            other.extend(
                text.match_indices("e-")
                    .filter(|(at, _)| {
                        text[..*at].ends_with(|last: char| last.is_ascii_digit())
                            && text[at + 2..].starts_with(|next: char| next.is_ascii_digit())
                    })
                    .map(|(_, power)| power),
            );
            found.extend(
                other.into_iter().map(|other| format!("{part}.{}: {key} has {other}", language.word())),
            );
        }
    }
    assert_eq!(found, [""; 0]);
}
