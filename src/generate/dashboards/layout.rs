//! Where panels stand: from left to right in rows of 24 columns, as wide and high as each wants to be.

use serde::Serialize;
use serde_json::{Value, json};

use super::panel::Panel;

/// The columns of Grafana's grid.
const COLUMNS: u32 = 24;

/// Panels under one heading.
#[derive(Debug)]
pub(super) struct Section {
    title: String,
    panels: Vec<Panel>,
    /// Whether the panels are hidden, and their queries not sent, until somebody opens the section.
    collapsed: bool,
}

impl Section {
    pub(super) fn open(title: &str, panels: Vec<Panel>) -> Self {
        Self { title: title.to_owned(), panels, collapsed: false }
    }

    pub(super) fn collapsed(title: &str, panels: Vec<Panel>) -> Self {
        Self { collapsed: true, ..Self::open(title, panels) }
    }
}

/// A panel or the heading of a section with its place.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    id: u32,
    grid_pos: Value,
    #[serde(flatten)]
    shown: Shown,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Shown {
    Panel(Box<Panel>),
    Heading(Heading),
}

#[derive(Debug, Serialize)]
struct Heading {
    r#type: &'static str,
    title: String,
    collapsed: bool,
    /// Those of a collapsed section; those of an open one follow it.
    panels: Vec<Item>,
}

/// The places of all sections, one below the other. Sections without panels are left out.
pub(super) fn arrange(sections: Vec<Section>) -> Vec<Item> {
    let mut cursor = Cursor::default();
    let mut items = Vec::new();
    for section in sections.into_iter().filter(|section| !section.panels.is_empty()) {
        let (id, grid_pos) = cursor.line();
        let below = cursor.top;
        let mut panels: Vec<Item> = section.panels.into_iter().map(|panel| cursor.place(panel)).collect();
        cursor.end_line();
        let collapsed = section.collapsed;
        let hidden = if collapsed { std::mem::take(&mut panels) } else { Vec::new() };
        if collapsed {
            cursor.top = below;
        }
        let heading = Heading { r#type: "row", title: section.title, collapsed, panels: hidden };
        items.push(Item { id, grid_pos, shown: Shown::Heading(heading) });
        items.extend(panels);
    }
    items
}

/// The place of the next panel.
#[derive(Debug, Default)]
struct Cursor {
    id: u32,
    left: u32,
    top: u32,
    /// The height of the highest panel in the present line.
    height: u32,
}

impl Cursor {
    /// A line for a heading.
    fn line(&mut self) -> (u32, Value) {
        self.end_line();
        let place = self.take(COLUMNS, 1);
        self.end_line();
        place
    }

    fn place(&mut self, panel: Panel) -> Item {
        let (width, height) = panel.size();
        if self.left + width > COLUMNS {
            self.end_line();
        }
        let (id, grid_pos) = self.take(width, height);
        Item { id, grid_pos, shown: Shown::Panel(Box::new(panel)) }
    }

    fn take(&mut self, width: u32, height: u32) -> (u32, Value) {
        let place = json!({"h": height, "w": width, "x": self.left, "y": self.top});
        self.id += 1;
        self.left += width;
        self.height = self.height.max(height);
        (self.id, place)
    }

    fn end_line(&mut self) {
        *self = Self { id: self.id, left: 0, top: self.top + self.height, height: 0 };
    }
}
