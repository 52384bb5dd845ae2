//! What a browser's own words mean. They come in its language and its terms, and differ from browser to browser: the reader is
//! told what they mean, and finds the words themselves behind “Details”.

/// Parts of what browsers, workers and their languages say, in small letters, and what they mean under `reason.<word>`. The
/// first that is found counts.
const MEANINGS: [(&str, &[&str]); 9] = [
    // Our own programs say this of themselves.
    ("broken", &["panicked"]),
    ("full", &["quota", "disk is full", "no space", "storage full"]),
    (
        "gpu",
        &["poisoned", "device lost", "device is lost", "device was lost", "gpu", "adapter", "dxgi", "vulkan"],
    ),
    (
        "exhausted",
        // A program that gets no more memory can say nothing: it ends where there is no way on.
        &[
            "out of memory",
            "memory access",
            "oom",
            "allocation",
            "could not allocate",
            "memory limit",
            "unreachable",
        ],
    ),
    (
        "network",
        &[
            "failed to fetch",
            "load failed",
            "networkerror",
            "network error",
            "importing a module",
            "dynamically imported module",
            "timed out",
            "timeout",
            "offline",
            "cors",
            "err_",
        ],
    ),
    ("missing", &["404", "410", "not found on the server"]),
    (
        "refused",
        &[
            "securityerror",
            "notallowed",
            "not allowed",
            "insecure",
            "denied",
            "permission",
            "blocked",
            "invalidstateerror",
            "mutation operation",
            "403",
            "401",
        ],
    ),
    ("gone", &["notfounderror", "not be found", "notreadable", "could not be read", "no such file"]),
    ("broken", &["runtimeerror", "index out of bounds", "recursion", "stack"]),
];

/// The word under which the catalogues say what a reason means.
pub fn meaning(reason: &str) -> &'static str {
    let small = reason.to_lowercase();
    let meant = MEANINGS.iter().find(|(_, parts)| parts.iter().any(|part| small.contains(part)));
    meant.map_or("other", |(word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::meaning;
    use crate::i18n::message;
    use crate::state::Language;

    #[test]
    fn what_browsers_say_is_known_whoever_says_it() {
        for (said, means) in [
            ("TypeError: Failed to fetch", "network"),
            ("TypeError: NetworkError when attempting to fetch resource.", "network"),
            ("TypeError: Load failed", "network"),
            ("error loading dynamically imported module: https://x/y.js", "network"),
            ("HTTP 404", "missing"),
            ("QuotaExceededError: The current transaction exceeded its quota limitations.", "full"),
            ("QuotaExceededError", "full"),
            ("SecurityError: The operation is insecure.", "refused"),
            ("A mutation operation was attempted on a database that did not allow mutations.", "refused"),
            ("The device is poisoned Caused by: Validation Error", "gpu"),
            ("wgpu: Device lost", "gpu"),
            ("RangeError: WebAssembly.Memory(): could not allocate memory", "exhausted"),
            ("RuntimeError: memory access out of bounds", "exhausted"),
            ("RuntimeError: unreachable executed", "exhausted"),
            ("panicked at src/nn/mod.rs:7", "broken"),
            ("NotFoundError: A requested file or directory could not be found", "gone"),
            ("NotReadableError: The requested file could not be read", "gone"),
            ("something that nobody has heard of", "other"),
        ] {
            assert_eq!(meaning(said), means, "{said}");
            let key = format!("reason.{means}");
            assert!([Language::En, Language::Zh].iter().all(|language| message(*language, &key) != key));
        }
    }
}
