//! A tensor of three dimensions drawn as a block, in oblique projection.

/// More divisions than these would be a hatching.
const MOST_DIVISIONS: usize = 16;
/// A unit of depth goes so far to the right, and so far up.
const BACK: f64 = 0.8;
const UP: f64 = 0.5;

/// A block: time or layers to the right, features upwards, the batch to the back.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// `data`, `output` or `state`, for the stylesheet.
    pub class: &'static str,
    /// Of the front.
    pub width: f64,
    /// Of the front.
    pub height: f64,
    /// How far it reaches to the back.
    pub depth: f64,
    /// Steps or layers, from left to right.
    pub slabs: usize,
    /// Directions, one above the other.
    pub floors: usize,
    /// What is the same in `output` and in `h_n`: slab and floor.
    pub marked: Vec<(usize, usize)>,
}

/// The length of a side: it grows with the logarithm of the size.
pub fn extent(size: usize, limit: usize, least: f64, most: f64) -> f64 {
    let share = (size.max(1) as f64).ln() / (limit as f64).ln();
    least + (most - least) * share.min(1.0)
}

impl Block {
    /// From the left edge of the front to the right one of the back.
    pub fn width_in_all(&self) -> f64 {
        self.width + BACK * self.depth
    }

    /// The block with the lower left corner of its front at `(x, y)`.
    pub fn draw(&self, x: f64, y: f64) -> String {
        let Block { width, height, depth, slabs, floors, .. } = *self;
        let (back, up) = (BACK * depth, UP * depth);
        let (slab, floor) = (width / slabs.max(1) as f64, height / floors.max(1) as f64);
        let top = y - height;
        let mut svg = format!(
            "<g class=\"block {}\"><rect class=\"front\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\"/>",
            self.class
        );
        for &(at, level) in &self.marked {
            // A slab of a long sequence would be too thin to be seen.
            let shown = slab.max(3.0);
            let begin = (x + at as f64 * slab).min(x + width - shown);
            let upper = y - (level + 1) as f64 * floor;
            svg += &format!(
                "<rect class=\"marked\" x=\"{begin:.1}\" y=\"{upper:.1}\" width=\"{shown:.1}\" \
                 height=\"{floor:.1}\"/>"
            );
        }
        svg += &format!(
            "<path class=\"top\" d=\"M{x:.1} {top:.1}l{back:.1} -{up:.1}h{width:.1}l-{back:.1} {up:.1}z\"/>\
             <path class=\"side\" d=\"M{right:.1} {y:.1}v-{height:.1}l{back:.1} -{up:.1}v{height:.1}z\"/>",
            right = x + width
        );
        if slabs <= MOST_DIVISIONS {
            for at in 1..slabs {
                let line = x + at as f64 * slab;
                svg += &format!(
                    "<path class=\"division\" d=\"M{line:.1} {y:.1}v-{height:.1}l{back:.1} -{up:.1}\"/>"
                );
            }
        }
        for level in 1..floors {
            let line = y - level as f64 * floor;
            svg +=
                &format!("<path class=\"division\" d=\"M{x:.1} {line:.1}h{width:.1}l{back:.1} -{up:.1}\"/>");
        }
        svg + "</g>"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_grows_with_its_size_and_stays_in_bounds() {
        assert_eq!(extent(1, 128, 6.0, 34.0), 6.0);
        assert_eq!(extent(128, 128, 6.0, 34.0), 34.0);
        assert!(extent(8, 128, 6.0, 34.0) < extent(9, 128, 6.0, 34.0));
        assert_eq!(extent(4096, 128, 6.0, 34.0), 34.0);
    }
}
