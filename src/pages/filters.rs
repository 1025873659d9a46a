//! What a page of databases can be narrowed to and sorted by: links and a form, both without a script.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::html::Escaped;
use crate::explain::{Choices, Sort, Wanted};

/// Values of one filter in the form: a longer list is none that a person reads, and the text finds all.
const MAX_OPTIONS: usize = 200;

/// Values of one filter that are links.
const MAX_LINKS: usize = 12;

/// The filters of the landing page.
pub(super) struct Filters<'a> {
    pub(super) choices: &'a Choices,
    pub(super) wanted: &'a Wanted,
}

impl Filters<'_> {
    fn all(&self) -> [(&'static str, &'static str, &str, &BTreeMap<String, usize>); 4] {
        let Self { choices, wanted } = self;
        [
            ("account", "Account", &wanted.account, &choices.accounts),
            ("region", "Region", &wanted.region, &choices.regions),
            ("engine", "Engine", &wanted.engine, &choices.engines),
            ("tag", "Tag", &wanted.tag, &choices.tags),
        ]
    }

    /// The address of the same page with one more filter.
    fn with(&self, name: &str, value: &str) -> Address {
        let mut wanted = Wanted { after: String::new(), ..self.wanted.clone() };
        let field = match name {
            "account" => &mut wanted.account,
            "region" => &mut wanted.region,
            "engine" => &mut wanted.engine,
            _ => &mut wanted.tag,
        };
        value.clone_into(field);
        Address(wanted)
    }
}

/// The address of the landing page for what somebody wants.
struct Address(Wanted);

impl Display for Address {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        write!(html, "/?{}", Escaped(&self.0.query()))
    }
}

impl Display for Filters<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let active = self.wanted.filters();
        if !active.is_empty() {
            let parts: Vec<String> =
                active.iter().map(|(name, value)| format!("{name} <strong>{}</strong>", Escaped(value))).collect();
            writeln!(html, "<p>Only {}. <a href=\"/\">Show all</a></p>", parts.join(", "))?;
        }
        let open = if active.is_empty() { "" } else { " open" };
        writeln!(html, "<details class=\"filters\"{open}><summary>Filter and sort</summary>")?;
        self.write_form(html)?;
        for (name, title, chosen, values) in self.all() {
            if chosen.is_empty() && values.len() > 1 {
                self.write_links(html, (name, title), values)?;
            }
        }
        self.write_orders(html)?;
        html.write_str("</details>\n")
    }
}

impl Filters<'_> {
    fn write_form(&self, html: &mut Formatter<'_>) -> fmt::Result {
        html.write_str("<form method=\"get\" action=\"/\">\n")?;
        for (name, title, chosen, values) in self.all() {
            write!(html, "<label>{title} <select name=\"{name}\"><option value=\"\">any</option>")?;
            let missing =
                (!chosen.is_empty() && !values.keys().take(MAX_OPTIONS).any(|value| value == chosen)).then_some(chosen);
            for value in missing.into_iter().chain(values.keys().take(MAX_OPTIONS).map(String::as_str)) {
                let selected = if value == chosen { " selected" } else { "" };
                write!(html, "<option{selected}>{}</option>", Escaped(value))?;
            }
            html.write_str("</select></label>\n")?;
        }
        let text = Escaped(&self.wanted.text);
        write!(
            html,
            "<label>Text <input type=\"search\" name=\"text\" value=\"{text}\"></label>\n<label>Sort by <select name=\"sort\">"
        )?;
        for name in Sort::names() {
            let selected = if name == self.wanted.sort.name() { " selected" } else { "" };
            write!(html, "<option{selected}>{name}</option>")?;
        }
        html.write_str("</select></label>\n<button type=\"submit\">Show</button>\n</form>\n")
    }

    fn write_links(
        &self,
        html: &mut Formatter<'_>,
        (name, title): (&str, &str),
        values: &BTreeMap<String, usize>,
    ) -> fmt::Result {
        write!(html, "<p>{title}:")?;
        for (value, count) in values.iter().take(MAX_LINKS) {
            write!(html, " <a href=\"{}\">{}</a> <small>{count}</small>", self.with(name, value), Escaped(value))?;
        }
        let more = values.len().saturating_sub(MAX_LINKS);
        if more > 0 { writeln!(html, " and {more} more</p>") } else { html.write_str("</p>\n") }
    }

    fn write_orders(&self, html: &mut Formatter<'_>) -> fmt::Result {
        html.write_str("<p>Sort by:")?;
        for name in Sort::names() {
            let Some(sort) = Sort::named(name).filter(|sort| *sort != self.wanted.sort) else {
                write!(html, " <strong>{name}</strong>")?;
                continue;
            };
            let address = Address(Wanted { sort, after: String::new(), ..self.wanted.clone() });
            write!(html, " <a href=\"{address}\">{name}</a>")?;
        }
        html.write_str("</p>\n")
    }
}
