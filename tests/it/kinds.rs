//! Kinds are data: services are named in one table, and a kind that nobody had in mind works like the others.

mod invented;
mod proxies;
mod states;
mod volumes;
mod words;
