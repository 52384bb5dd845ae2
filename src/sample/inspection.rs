//! What goes on inside a model while it reads a passage: its hidden units, and which of them follow something that a
//! reader knows too.

use crate::data::Lexicon;
use crate::protocol::{Feature, Unit};

/// Units that are shown: those that follow something, then the liveliest.
const SHOWN: usize = 24;

/// What each feature is at each token. One that does not change in the passage says nothing and is left out.
pub fn features(lexicon: &Lexicon, passage: &[usize], word: &str) -> Vec<(Feature, Vec<f64>)> {
    let (mut quotes, mut line) = (Vec::new(), Vec::new());
    let (mut is_quoted, mut column) = (false, 0.0);
    // Where each character of the passage comes from.
    let (mut text, mut sources) = (String::new(), Vec::new());
    for (index, &token) in passage.iter().enumerate() {
        let shown = lexicon.shown(token);
        for c in shown.chars() {
            is_quoted = match c {
                '“' | '「' | '«' => true,
                '”' | '」' | '»' | '\n' => false,
                '"' => !is_quoted,
                _ => is_quoted,
            };
        }
        column = if lexicon.is_end(token) && shown.ends_with('\n') { 0.0 } else { column + 1.0 };
        quotes.push(f64::from(u8::from(is_quoted)));
        line.push(column);
        text.push_str(shown);
        sources.resize(text.len(), index);
    }
    let mut named = vec![0.0; passage.len()];
    if !word.is_empty() {
        for (start, _) in text.match_indices(word) {
            sources[start..start + word.len()].iter().for_each(|&token| named[token] = 1.0);
        }
    }
    let all = [(Feature::Quotes, quotes), (Feature::Line, line), (Feature::Word, named)];
    all.into_iter().filter(|(_, values)| values.iter().any(|value| *value != values[0])).collect()
}

/// The units worth showing, of states `[tokens, units]` row by row: the one that follows each feature best, then those
/// that vary most.
pub fn units(states: &[f32], tokens: usize, features: &[(Feature, Vec<f64>)]) -> Vec<Unit> {
    let count = states.len().checked_div(tokens).unwrap_or(0);
    let column = |unit: usize| (0..tokens).map(move |token| f64::from(states[token * count + unit]));
    let mut shown: Vec<Unit> = Vec::new();
    for (feature, values) in features {
        let correlations = (0..count).map(|unit| (unit, correlation(column(unit), values)));
        let best = correlations.max_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs()));
        let Some((unit, correlation)) = best else { continue };
        match shown.iter_mut().find(|known| known.unit == unit) {
            Some(known) => known.follows.push((*feature, correlation)),
            None => shown.push(Unit { unit, follows: vec![(*feature, correlation)], values: Vec::new() }),
        }
    }
    let variance = |unit: usize| {
        let mean = column(unit).sum::<f64>() / tokens.max(1) as f64;
        column(unit).map(|value| (value - mean) * (value - mean)).sum::<f64>()
    };
    let mut lively: Vec<(usize, f64)> = (0..count).map(|unit| (unit, variance(unit))).collect();
    lively.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
    for (unit, _) in lively {
        if shown.len() >= SHOWN {
            break;
        }
        if shown.iter().all(|known| known.unit != unit) {
            shown.push(Unit { unit, follows: Vec::new(), values: Vec::new() });
        }
    }
    for unit in &mut shown {
        unit.values = column(unit.unit).map(|value| value as f32).collect();
    }
    shown
}

/// Pearson's r; 0 where one of the two does not vary.
fn correlation(a: impl Iterator<Item = f64> + Clone, b: &[f64]) -> f64 {
    let count = b.len() as f64;
    let (mean_a, mean_b) = (a.clone().sum::<f64>() / count, b.iter().sum::<f64>() / count);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    if aa > 0.0 && bb > 0.0 { ab / (aa * bb).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters(text: &str) -> (Lexicon, Vec<usize>) {
        let mut tokens: Vec<String> = text.chars().map(String::from).collect();
        tokens.sort();
        tokens.dedup();
        let lexicon = Lexicon { tokens: tokens.into(), is_marked: false, is_spaced: false };
        let (numbers, _) =
            lexicon.encode(text.chars().map(String::from).collect::<Vec<_>>().iter().map(String::as_str));
        (lexicon, numbers)
    }

    #[test]
    fn features_are_what_a_reader_sees() {
        let (lexicon, passage) = characters("小满说：“走。”\n走");
        let found = features(&lexicon, &passage, "小满");
        let of = |feature| &found.iter().find(|(own, _)| *own == feature).unwrap().1;
        assert_eq!(of(Feature::Quotes), &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!(of(Feature::Line), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 0.0, 1.0]);
        assert_eq!(of(Feature::Word)[..3], [1.0, 1.0, 0.0]);
        assert!(features(&lexicon, &passage[..3], "老乔").iter().all(|(own, _)| *own == Feature::Line));
    }

    #[test]
    fn the_unit_that_follows_a_feature_is_found() {
        let quotes = vec![0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
        let noise = [0.3, 0.1, -0.2, 0.2, 0.4, 0.0];
        let states: Vec<f32> = quotes
            .iter()
            .zip(noise)
            .flat_map(|(quoted, noise)| [noise as f32, (0.9 - 1.6 * quoted) as f32, 0.5])
            .collect();
        let found = units(&states, 6, &[(Feature::Quotes, quotes)]);
        assert_eq!(found.iter().map(|unit| unit.unit).collect::<Vec<_>>(), [1, 0, 2]);
        let (feature, correlation) = found[0].follows[0];
        assert!(feature == Feature::Quotes && (correlation + 1.0).abs() < 1e-6);
        assert_eq!(found[2].values, [0.5; 6]);
        assert_eq!(units(&[], 0, &[]), []);
    }
}
