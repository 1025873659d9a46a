//! The load line of a metric: a small picture of its value and its levels.
//!
//! It is readable without colour: the value is a bar, a level is a mark, that of the most severe level is the longest and
//! thickest, and a strip below shows on which side of a level values are bad. Its text has the same facts.

use std::fmt::{self, Display, Formatter};

use super::html::Escaped;
use crate::catalog::amount::amount;
use crate::catalog::{self, Side, Unit};
use crate::explain::Rung;

/// The size of the picture in CSS pixels.
const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 16.0;

/// How far the scale goes beyond the greatest number on it.
const MARGIN: f64 = 1.25;

/// A value and the levels of its metric, least severe first.
pub(super) struct LoadLine<'a> {
    pub(super) metric: &'a str,
    pub(super) value: f64,
    pub(super) ladder: &'a [Rung],
}

impl LoadLine<'_> {
    fn unit_and_side(&self) -> (Unit, Side) {
        let row = catalog::find(self.metric);
        let side = row.and_then(|row| row.alert).map_or(Side::High, |alert| alert.bad);
        (row.map_or(Unit::None, |row| row.unit), side)
    }

    /// The number at the right end.
    fn scale(&self, unit: Unit) -> f64 {
        let greatest = self.ladder.iter().map(|rung| rung.level).fold(self.value, f64::max);
        match unit {
            Unit::Percent if greatest <= 100.0 => 100.0,
            _ if greatest > 0.0 => (greatest * MARGIN).min(f64::MAX),
            _ => 1.0,
        }
    }

    fn description(&self, unit: Unit, side: Side) -> String {
        let level = |rung: &Rung| {
            let crossed = if side.is_beyond(self.value, rung.level) { ", crossed" } else { "" };
            format!("; {} {} {}{crossed}", rung.severity, side.word(), amount(rung.level, unit))
        };
        let levels: String = self.ladder.iter().map(level).collect();
        format!("{} {}{levels}", self.metric, amount(self.value, unit))
    }
}

impl Display for LoadLine<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let (unit, side) = self.unit_and_side();
        let (scale, text) = (self.scale(unit), self.description(unit, side));
        let at = |number: f64| (number / scale).clamp(0.0, 1.0) * WIDTH;
        let text = Escaped(&text);
        write!(
            html,
            "<svg class=\"line\" role=\"img\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             aria-label=\"{text}\"><title>{text}</title><rect class=\"track\" y=\"4\" width=\"{WIDTH}\" height=\"6\"/>\
             <rect class=\"value\" y=\"4\" width=\"{:.1}\" height=\"6\"/>",
            at(self.value)
        )?;
        for rung in self.ladder {
            write_level(html, at(rung.level), side, rung.most_severe)?;
        }
        html.write_str("</svg>")
    }
}

/// The mark of a level, and the strip on its bad side.
fn write_level(html: &mut Formatter<'_>, at: f64, side: Side, most_severe: bool) -> fmt::Result {
    let (class, top, thick, strip) = if most_severe { ("red", 0.0, 3.0, 3.0) } else { ("amber", 2.0, 1.5, 1.5) };
    let (from, width) = match side {
        Side::High => (at, WIDTH - at),
        Side::Low => (0.0, at),
    };
    let left = (at - thick / 2.0).clamp(0.0, WIDTH - thick);
    write!(
        html,
        "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{strip}\"/>\
         <rect class=\"{class}\" x=\"{left:.1}\" y=\"{top}\" width=\"{thick}\" height=\"{:.1}\"/>",
        HEIGHT - strip,
        HEIGHT - top,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(metric: &str, value: f64, levels: [f64; 2], expected: &str, worst_strip: &str) {
        let rung = |(severity, level): (&str, f64)| Rung {
            severity: severity.to_owned(),
            level,
            most_severe: severity == "critical",
        };
        let ladder: Vec<Rung> = ["warning", "critical"].into_iter().zip(levels).map(rung).collect();
        let picture = LoadLine { metric, value, ladder: &ladder }.to_string();
        assert!(picture.contains(&format!("<title>{expected}</title>")), "{picture}");
        assert!(picture.contains(&format!("<rect class=\"red\" {worst_strip} height=\"3\"/>")), "{picture}");
    }

    #[test]
    fn the_strip_is_on_the_bad_side() {
        let text = "CPUUtilization 85 %; warning above 80 %, crossed; critical above 90 %";
        check("CPUUtilization", 85.0, [80.0, 90.0], text, "x=\"108.0\" y=\"13.0\" width=\"12.0\"");
        let text = "FreeStorageSpace 80 KiB; warning below 20 KiB; critical below 10 KiB";
        check("FreeStorageSpace", 81_920.0, [20_480.0, 10_240.0], text, "x=\"0.0\" y=\"13.0\" width=\"12.0\"");
    }

    #[test]
    fn whatever_the_numbers_the_picture_stays_in_its_frame() {
        for value in [f64::MIN, -1.0, 0.0, 1e-300, 1e300, f64::MAX, f64::INFINITY] {
            let ladder = [Rung { severity: "critical".to_owned(), level: 0.0, most_severe: true }];
            let picture = LoadLine { metric: "Deadlocks", value, ladder: &ladder }.to_string();
            assert!(!picture.contains("=\"-") && !picture.contains("inf\"") && !picture.contains("NaN"), "{picture}");
        }
    }
}
