//! Words in the plane: which part of it is seen, and which words have room for their name.

/// The part of the plane that is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// The middle, in the plane's own unit.
    pub middle: [f32; 2],
    /// Pixels to a unit.
    pub scale: f32,
}

/// A word where it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Its position among the words.
    pub word: usize,
    /// Pixels from the left and from the top.
    pub at: [f32; 2],
    /// Is there room for its name?
    pub named: bool,
}

/// A line of names: its height in pixels, and the width of a character that is as wide as high.
const LINE: f32 = 15.0;
const LETTER: f32 = 13.0;
/// Left free around all words.
const MARGIN: f32 = 36.0;
/// The names that are looked at for room; the others are dots.
const NAMED: usize = 120;

impl View {
    /// All words, in a picture of this size.
    pub fn of(places: &[[f32; 2]], size: [f32; 2]) -> Self {
        let range = |axis: usize| {
            let values = places.iter().map(|place| place[axis]);
            let (low, high) = (values.clone().fold(f32::MAX, f32::min), values.fold(f32::MIN, f32::max));
            if low <= high { (low, high) } else { (0.0, 0.0) }
        };
        let (x, y) = (range(0), range(1));
        let fits =
            |(low, high): (f32, f32), pixels: f32| (pixels - 2.0 * MARGIN).max(1.0) / (high - low).max(1e-9);
        View { middle: [(x.0 + x.1) / 2.0, (y.0 + y.1) / 2.0], scale: fits(x, size[0]).min(fits(y, size[1])) }
    }

    /// Where a place is drawn; the second coordinate grows upwards in the plane and downwards in the picture.
    fn pixel(&self, place: [f32; 2], size: [f32; 2]) -> [f32; 2] {
        [
            size[0] / 2.0 + (place[0] - self.middle[0]) * self.scale,
            size[1] / 2.0 - (place[1] - self.middle[1]) * self.scale,
        ]
    }

    /// This view, moved by so many pixels.
    pub fn moved(self, by: [f32; 2]) -> Self {
        View { middle: [self.middle[0] - by[0] / self.scale, self.middle[1] + by[1] / self.scale], ..self }
    }

    /// So many times as near, around a pixel that stays where it is.
    pub fn zoomed(self, times: f32, around: [f32; 2], size: [f32; 2]) -> Self {
        let from_middle = [around[0] - size[0] / 2.0, around[1] - size[1] / 2.0];
        let moved = self.moved([-from_middle[0], -from_middle[1]]);
        View { scale: moved.scale * times, ..moved }.moved(from_middle)
    }
}

/// The words inside the picture. Of names that would cover each other the more frequent word's is written, words being
/// given by falling frequency; `first` has its name whatever it covers.
pub fn placed(words: &[(String, [f32; 2])], first: Option<usize>, view: View, size: [f32; 2]) -> Vec<Placed> {
    let mut boxes: Vec<[f32; 4]> = Vec::new();
    let order = first.into_iter().chain((0..words.len()).filter(|word| Some(*word) != first));
    let mut found: Vec<Placed> = order
        .filter_map(|word| {
            let (name, place) = &words[word];
            let at = view.pixel(*place, size);
            let inside = (0.0..=size[0]).contains(&at[0]) && (0.0..=size[1]).contains(&at[1]);
            inside.then(|| {
                let width: f32 = name.chars().map(|c| if c.is_ascii() { LETTER * 0.6 } else { LETTER }).sum();
                let own = [at[0] + 4.0, at[1] - LINE / 2.0, at[0] + 6.0 + width, at[1] + LINE / 2.0];
                let apart = |other: &[f32; 4]| {
                    own[0] >= other[2] || other[0] >= own[2] || own[1] >= other[3] || other[1] >= own[3]
                };
                let named = Some(word) == first || boxes.len() < NAMED && boxes.iter().all(apart);
                if named {
                    boxes.push(own);
                }
                Placed { word, at, named }
            })
        })
        .collect();
    // Rare words first, so that frequent ones lie on top.
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: [f32; 2] = [400.0, 300.0];

    fn words(places: &[[f32; 2]]) -> Vec<(String, [f32; 2])> {
        places.iter().map(|place| ("词".to_owned(), *place)).collect()
    }

    #[test]
    fn all_words_are_inside_at_first() {
        let places = [[-3.0, 1.0], [5.0, 2.0], [0.0, -7.0]];
        let placed = placed(&words(&places), None, View::of(&places, SIZE), SIZE);
        assert_eq!(placed.len(), 3);
        for word in placed {
            assert!((MARGIN - 0.1..=SIZE[0] - MARGIN + 0.1).contains(&word.at[0]), "{word:?}");
            assert!((MARGIN - 0.1..=SIZE[1] - MARGIN + 0.1).contains(&word.at[1]), "{word:?}");
        }
        View::of(&[], SIZE);
        View::of(&[[2.0, 2.0]], SIZE);
    }

    #[test]
    fn what_is_pointed_at_stays_when_one_goes_nearer() {
        let view = View { middle: [1.0, 2.0], scale: 10.0 };
        let place = [3.0, 1.0];
        let before = view.pixel(place, SIZE);
        let after = view.zoomed(4.0, before, SIZE).pixel(place, SIZE);
        assert!((before[0] - after[0]).abs() < 1e-3 && (before[1] - after[1]).abs() < 1e-3);
        let moved = view.moved([5.0, -7.0]).pixel(place, SIZE);
        assert!((moved[0] - before[0] - 5.0).abs() < 1e-3 && (moved[1] - before[1] + 7.0).abs() < 1e-3);
    }

    #[test]
    fn names_do_not_cover_each_other_but_the_one_looked_for_is_seen() {
        let places = [[0.0, 0.0], [0.01, 0.0], [50.0, 0.0]];
        let view = View { middle: [0.0, 0.0], scale: 2.0 };
        let named = |first| {
            let mut named: Vec<usize> = placed(&words(&places), first, view, SIZE)
                .into_iter()
                .filter(|w| w.named)
                .map(|w| w.word)
                .collect();
            named.sort_unstable();
            named
        };
        assert_eq!(named(None), [0, 2]);
        assert_eq!(named(Some(1)), [1, 2]);
    }
}
