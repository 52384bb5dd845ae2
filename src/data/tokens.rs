//! Tokens by number, and numbers by token.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Tokens by number. Cloning shares them. On the wire and in a file they are a plain list.
#[derive(Debug, Clone, Default)]
pub struct Tokens(Arc<Numbered>);

#[derive(Debug, Default)]
struct Numbered {
    tokens: Vec<String>,
    /// Their numbers in the order of the tokens, equal ones in the order of their numbers: made when it is first asked for.
    order: OnceLock<Vec<u32>>,
}

impl Tokens {
    /// The number of a token: the first, where it stands more than once. A binary search.
    pub fn number(&self, token: &str) -> Option<usize> {
        let Numbered { tokens, order } = &*self.0;
        let order = order.get_or_init(|| {
            let mut order: Vec<u32> = (0..tokens.len() as u32).collect();
            order.sort_by_key(|&number| &tokens[number as usize]);
            order
        });
        let place = order.partition_point(|&number| tokens[number as usize].as_str() < token);
        let number = *order.get(place)? as usize;
        (tokens[number] == token).then_some(number)
    }
}

impl Deref for Tokens {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0.tokens
    }
}

impl From<Vec<String>> for Tokens {
    fn from(tokens: Vec<String>) -> Self {
        Tokens(Arc::new(Numbered { tokens, order: OnceLock::new() }))
    }
}

impl FromIterator<String> for Tokens {
    fn from_iter<I: IntoIterator<Item = String>>(tokens: I) -> Self {
        Tokens::from(Vec::from_iter(tokens))
    }
}

impl PartialEq for Tokens {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || **self == **other
    }
}

impl Eq for Tokens {}

impl Serialize for Tokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.tokens.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Tokens::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(all: &[&str]) -> Tokens {
        all.iter().map(|token| (*token).to_owned()).collect()
    }

    #[test]
    fn a_token_has_the_first_number_under_which_it_stands() {
        let all = ["的", "b", "", "a", "b", "<unk>", "ab", "的"];
        let tokens = tokens(&all);
        for token in all {
            assert_eq!(tokens.number(token), all.iter().position(|known| *known == token), "{token}");
        }
        assert_eq!(
            ["", "c", "aa", "<", "地"].map(|token| tokens.number(token)),
            [Some(2), None, None, None, None]
        );
        assert_eq!(Tokens::default().number("a"), None);
    }

    #[test]
    fn they_are_written_as_a_list_and_read_back() {
        let tokens = tokens(&["b", "a"]);
        assert_eq!(tokens.number("a"), Some(1));
        let written = serde_json::to_string(&tokens).unwrap();
        assert_eq!(written, r#"["b","a"]"#);
        let read: Tokens = serde_json::from_str(&written).unwrap();
        assert_eq!((read.number("a"), &read), (Some(1), &tokens));
    }
}
