//! A lesson is two folders, and nothing outside of them names it but its line in the list on each side: so that another one
//! is added, and one is taken out, by two folders and two lines.
//!
//! What belongs to one lesson alone but can't lie in its folders, such as its recorded runs, its pictures and its tests, lies
//! under `static`, `docs` or `tests` in a file or folder whose name begins with the lesson's id. Prose (`*.md`) and comments
//! may speak of a lesson.

use std::fs;
use std::path::{Path, PathBuf};

use unroll::data::Kind;
use unroll::lessons::LESSONS;

/// The lists, which name every lesson once.
const LISTS: [&str; 2] = ["src/lessons/mod.rs", "web/src/lessons/mod.rs"];

/// Where lessons may be named, and why.
const EXCEPTIONS: [(&str, &str); 2] = [
    (
        "bench/",
        "names its workloads after the models they are taken from; they stay as they are, whatever a lesson becomes",
    ),
    ("xtask/src/bench/", "has goals for those workloads"),
];

/// Where code and messages are.
const FOLDERS: [&str; 7] = ["src", "web", "xtask", "bench", "tests", "static", ".cargo"];

/// Files beside the folders.
const FILES: [&str; 4] = ["index.html", "Cargo.toml", "Trunk.toml", "webdriver.json"];

/// How files end that can name something.
const ENDINGS: [&str; 9] = ["rs", "yml", "css", "js", "html", "toml", "json", "py", "sh"];

/// All such files, by their path from the top.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut left, mut found) =
        (FOLDERS.map(|folder| root.join(folder)).to_vec(), FILES.map(PathBuf::from).to_vec());
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).expect("the project's own folder") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                left.extend((path.file_name().is_some_and(|name| name != "target")).then_some(path));
            } else if path.extension().is_some_and(|end| ENDINGS.iter().any(|own| end == *own)) {
                found.push(path.strip_prefix(root).expect("a path below").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Is this a place of the lesson's own?
fn is_own(path: &str, id: &str) -> bool {
    let begins_with_id = |name: &str| {
        let rest = name.strip_prefix("unroll_").unwrap_or(name).strip_prefix(id);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    let mut parts = path.split('/');
    match parts.next() {
        Some("src") => path.starts_with(&format!("src/lessons/{id}/")),
        Some("web") => path.starts_with(&format!("web/src/lessons/{id}/")),
        Some("static" | "docs" | "tests") => parts.any(begins_with_id),
        _ => false,
    }
}

/// The code of a file, and that of its tests. In Rust lines of comment are empty.
fn code(path: &str) -> (String, String) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of ours");
    let bare = |line: &str| if line.trim_start().starts_with("//") { String::new() } else { line.to_owned() };
    let code = match path.ends_with(".rs") {
        true => text.lines().map(bare).collect::<Vec<_>>().join("\n"),
        false => text,
    };
    // What is above a lesson is the list, and the others are in it.
    let code = if path.contains("src/lessons/") { code.replace("super::", "lessons::") } else { code };
    let name = path.rsplit('/').next().unwrap_or_default();
    if path.starts_with("tests/") || name.ends_with("tests.rs") || name == "declarations.rs" {
        return (String::new(), code);
    }
    let begin = ["\nmod tests {", "\npub mod tests {"].iter().find_map(|begin| code.find(begin));
    match begin.map(|at| code.split_at(at)) {
        // As many lines stand before the tests as in the file, so that they can be numbered.
        Some((before, tests)) => (before.to_owned(), "\n".repeat(before.matches('\n').count()) + tests),
        None => (code, String::new()),
    }
}

/// The lines, from 1, that name a lesson: its module, its address, the keys of its messages, its id as a word of its own.
fn lines(code: &str, id: &str) -> Vec<usize> {
    // Some ids are words for other things too: a setting, a kind of data, a module.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let is_word = Kind::find(id).is_some()
        || LESSONS.iter().flat_map(|lesson| lesson.all_settings()).any(|setting| setting.key == id)
        || root.join(id).exists()
        || root.join(format!("nn/{id}.rs")).exists();
    let follows = |text: &str, before: &str| {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        text.match_indices(before).any(|(at, _)| text[at + before.len()..].strip_prefix(id).is_some_and(ends))
    };
    // A list of modules may go on over several lines; it counts where it begins.
    let groups = code.match_indices("lessons::{").filter(|(at, begin)| {
        let list = code[at + begin.len()..].split('}').next().unwrap_or_default();
        list.split(',').any(|part| part.trim().split("::").next() == Some(id))
    });
    let in_groups: Vec<usize> = groups.map(|(at, _)| code[..at].matches('\n').count() + 1).collect();
    let quoted = ['"', '\''].map(|quote| format!("{quote}{id}{quote}"));
    let is_id = |before: &str| {
        let words = ["lesson: ", "lesson(", "\"lesson\", ", "id == ", "lesson === ", "find("];
        !is_word || words.iter().any(|word| before.ends_with(word))
    };
    let stands_alone =
        |line: &str| quoted.iter().any(|own| line.match_indices(own).any(|(at, _)| is_id(&line[..at])));
    let names = |line: &str| {
        ["lessons::", "#/", "lesson=", "lesson.", "lessons/"].iter().any(|before| follows(line, before))
            || !is_word && follows(line, "=")
            || line.starts_with(&format!("{id}."))
            || line.contains(&format!("\"{id}."))
            || stands_alone(line)
    };
    let numbered = code.lines().zip(1..);
    numbered
        .filter(|(line, number)| names(line) || in_groups.contains(number))
        .map(|(_, number)| number)
        .collect()
}

#[test]
fn nothing_outside_a_lessons_folders_names_it() {
    let mut found = Vec::new();
    for path in files() {
        let path = path.to_string_lossy().replace('\\', "/");
        if LISTS.contains(&&*path) || EXCEPTIONS.iter().any(|(place, _)| path.starts_with(place)) {
            continue;
        }
        let (code, tests) = code(&path);
        for (number, lesson) in LESSONS.iter().enumerate().filter(|(_, lesson)| !is_own(&path, lesson.id)) {
            // Tests of what stands around all lessons have one to try it with: the first.
            let tests = if number == 0 { Vec::new() } else { lines(&tests, lesson.id) };
            let all = lines(&code, lesson.id).into_iter().chain(tests);
            found.extend(all.map(|line| format!("{path}:{line} names the lesson {}", lesson.id)));
        }
    }
    assert!(
        found.is_empty(),
        "{}\n\nWalk LESSONS instead, or have the lesson declare what is to be known of it: in its `Lesson`, its `LessonView` \
         or its `Row`. What is one lesson's alone goes into its folders; a test, a fixture or a recording under tests/, \
         static/ or docs/ begins with its id. Other tests may use the first lesson as their example.",
        found.join("\n")
    );
}

#[test]
fn a_list_names_every_lesson_in_two_lines() {
    for list in LISTS {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(list)).expect(list);
        for lesson in LESSONS {
            let id = lesson.id;
            assert!(text.contains(&format!("\npub mod {id};\n")), "{list} has no module {id}");
            assert_eq!(text.matches(&format!("{id}::ROW")).count(), 1, "{list}: {id} has one row");
        }
    }
}

#[test]
fn a_name_is_found_however_it_is_written() {
    let named = [
        "use crate::lessons::waves;",
        "use unroll::lessons::{LESSONS, waves::LESSON};",
        "use unroll::lessons::{\n    LESSONS, waves,\n};",
        "page.visit(\"#/other?gates_of=waves\")",
        "page.visit(\"#/waves?seed=1\")",
        "lesson.waves.title:",
        "(\"lesson\", \"waves\")",
        "include_str!(\"../src/lessons/waves/words.yml\")",
        "waves.data.heading:",
        "tr(\"waves.data.heading\")",
    ];
    for line in named {
        assert_eq!(lines(&format!("\n{line}\n"), "waves"), [2], "{line}");
    }
    assert_eq!(lines("a waves\nlessons::wavess\n\"#/waves-2\"\n", "waves"), [0; 0]);
    // The key of a setting.
    assert_eq!(lines("declare(\"seed\")\nlesson: \"seed\".into()\n", "seed"), [2]);
}

#[test]
fn a_place_follows_from_the_id() {
    let own = [
        "src/lessons/waves/mod.rs",
        "web/src/lessons/waves/story/en.md",
        "static/recorded/waves-tale.bin",
        "static/pytorch/unroll_waves.py",
        "tests/native/waves.rs",
        "tests/fixtures/waves_step.py",
        "docs/waves.png",
    ];
    assert!(own.iter().all(|path| is_own(path, "waves")));
    let foreign = [
        "src/waves.rs",
        "src/lessons/mod.rs",
        "web/src/waves/mod.rs",
        "tests/native/wavess.rs",
        "xtask/waves.rs",
    ];
    assert!(foreign.iter().all(|path| !is_own(path, "waves")));
}
