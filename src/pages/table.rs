//! Tables that fold on narrow screens, where every cell shows the head of its column.

use std::fmt::{self, Display, Formatter, Write};

/// The layout of rows on a narrow screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// One cell below the other: for rows that are read one by one.
    Cards,
    /// One cell after the other: for rows that are scanned.
    Lines,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    head: &'static str,
    class: &'static str,
}

impl Column {
    pub(super) const fn text(head: &'static str) -> Self {
        Self { head, class: "" }
    }

    /// Free text of any length.
    pub(super) const fn prose(head: &'static str) -> Self {
        Self { head, class: "p" }
    }

    /// A name that identifies the row together with its first cell.
    pub(super) const fn title(head: &'static str) -> Self {
        Self { head, class: "t" }
    }

    /// Numbers of different units, which are not aligned.
    pub(super) const fn quantity(head: &'static str) -> Self {
        Self { head, class: "q" }
    }

    /// A number with a note below it.
    pub(super) const fn noted(head: &'static str) -> Self {
        Self { head, class: "n w" }
    }

    /// Numbers aligned by the last digit.
    pub(super) const fn number(head: &'static str) -> Self {
        Self { head, class: "n" }
    }
}

/// One cell, made of HTML.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    html: String,
    mark: &'static str,
}

impl Cell {
    pub(super) fn of(html: impl Display) -> Self {
        Self { html: html.to_string(), mark: "" }
    }

    /// Marked in colour if it is bad. The text must say so too, because not everybody sees colours.
    pub(super) fn marked(html: impl Display, is_bad: bool) -> Self {
        Self { mark: if is_bad { "bad" } else { "" }, ..Self::of(html) }
    }

    /// Crossed: red at the most severe severity, else amber; the text must say so too.
    pub(super) fn crossed(html: impl Display, most_severe: bool) -> Self {
        Self { mark: if most_severe { "bad" } else { "warn" }, ..Self::of(html) }
    }

    /// A count of faults, marked if there are any.
    pub(super) fn faults(count: usize) -> Self {
        if count > 0 { Self::marked(count, true) } else { Self::count(count) }
    }

    /// The same with a note in small print.
    pub(super) fn with_note(self, note: impl Display) -> Self {
        Self { html: format!("{} <small>{note}</small>", self.html), ..self }
    }

    /// A count; zero is shown in a soft colour.
    pub(super) fn count(count: usize) -> Self {
        Self { mark: if count == 0 { "none" } else { "" }, ..Self::of(count) }
    }
}

/// A table under construction. The first cell of a row is its head.
///
/// Elements have explicit ARIA roles, because some browsers drop the implicit ones if a style changes the layout of tables:
/// <https://adrianroselli.com/2018/02/tables-css-display-properties-and-aria.html>.
pub(super) struct Table<'a> {
    name: &'a str,
    fold: Fold,
    columns: &'a [Column],
    rows: String,
}

impl<'a> Table<'a> {
    pub(super) const fn new(name: &'a str, fold: Fold, columns: &'a [Column]) -> Self {
        Self { name, fold, columns, rows: String::new() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn push(&mut self, cells: &[Cell]) {
        self.push_as("", cells);
    }

    /// Adds a row that a note follows.
    pub(super) fn push_before_note(&mut self, cells: &[Cell]) {
        self.push_as(" class=\"noted\"", cells);
    }

    /// Adds a row of one wide cell about the subject that its head names.
    pub(super) fn push_note(&mut self, head: impl Display, html: impl Display) {
        let wide = self.columns.len().saturating_sub(1);
        let _ = writeln!(
            self.rows,
            "<tr role=\"row\" class=\"note\"><th role=\"rowheader\" scope=\"row\">{head}</th>\
             <td role=\"cell\" colspan=\"{wide}\">{html}</td></tr>",
        );
    }

    fn push_as(&mut self, class: &str, cells: &[Cell]) {
        let _ = write!(self.rows, "<tr role=\"row\"{class}>");
        for (index, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let class = Classes([column.class, cell.mark]);
            let Column { head, .. } = column;
            let _ = match (index, &cell.html) {
                (0, html) => write!(self.rows, "<th role=\"rowheader\" scope=\"row\"{class}>{html}</th>"),
                (_, html) => write!(self.rows, "<td role=\"cell\" data-head=\"{head}\"{class}>{html}</td>"),
            };
        }
        self.rows.push_str("</tr>\n");
    }
}

impl Display for Table<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let fold = if self.fold == Fold::Cards { "cards" } else { "lines" };
        write!(
            html,
            "<table role=\"table\" aria-label=\"{}\" class=\"{fold}\">\n<thead role=\"rowgroup\"><tr role=\"row\">",
            self.name
        )?;
        for Column { head, class } in self.columns {
            let class = Classes([class, ""]);
            write!(html, "<th role=\"columnheader\" scope=\"col\"{class}>{head}</th>")?;
        }
        write!(html, "</tr></thead>\n<tbody role=\"rowgroup\">\n{}</tbody>\n</table>\n", self.rows)
    }
}

/// The attribute `class` of a cell.
struct Classes<'a>([&'a str; 2]);

impl Display for Classes<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            ["", ""] => Ok(()),
            [class, ""] | ["", class] => write!(html, " class=\"{class}\""),
            [class, mark] => write!(html, " class=\"{class} {mark}\""),
        }
    }
}
