//! A tree in which frequent words have short paths.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The way from the root to a word: the inner nodes, and at each the turn, 0 or 1.
pub type Path = Vec<(usize, f32)>;

/// The path of each word, for words as frequent as `counts` says. Inner nodes are numbered as they were joined, the
/// rarest first; there are one fewer than words.
pub fn paths(counts: &[usize]) -> Vec<Path> {
    let words = counts.len();
    let mut heap: BinaryHeap<Reverse<(usize, usize)>> =
        counts.iter().enumerate().map(|(node, &count)| Reverse((count, node))).collect();
    // Of each node but the root: the inner node above, and which of its branches leads here.
    let mut above = vec![(0, 0.0); (2 * words).saturating_sub(1)];
    let mut joined = words;
    while let (Some(Reverse((count, left))), Some(Reverse((other, right)))) = (heap.pop(), heap.pop()) {
        above[left] = (joined, 0.0);
        above[right] = (joined, 1.0);
        heap.push(Reverse((count + other, joined)));
        joined += 1;
    }
    let Some(root) = joined.checked_sub(1) else { return Vec::new() };
    let path = |word: usize| {
        let mut path = Path::new();
        let mut node = word;
        while node != root {
            let (parent, turn) = above[node];
            path.push((parent - words, turn));
            node = parent;
        }
        path.reverse();
        path
    };
    (0..words).map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_words_have_short_paths_and_none_begins_another() {
        let counts = [40, 20, 20, 10, 5, 5];
        let paths = paths(&counts);
        let turns: Vec<String> = paths
            .iter()
            .map(|path| path.iter().map(|&(_, turn)| if turn > 0.0 { '1' } else { '0' }).collect())
            .collect();
        let bits: usize = counts.iter().zip(&turns).map(|(count, turns)| count * turns.len()).sum();
        // By hand: 5 + 5, 10 + 10, 20 + 20, 40 + 20, 60 + 40.
        assert_eq!(bits, 10 + 20 + 40 + 60 + 100);
        for (index, one) in turns.iter().enumerate() {
            assert!(turns.iter().enumerate().all(|(other, turns)| other == index || !turns.starts_with(one)));
        }
        assert!(paths.iter().all(|path| path[0].0 == counts.len() - 2));
    }

    #[test]
    fn one_word_needs_no_turn() {
        assert_eq!(paths(&[3]), [Path::new()]);
        assert_eq!(paths(&[]), Vec::<Path>::new());
    }
}
