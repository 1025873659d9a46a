//! Many accounts and regions: roles, linked accounts, enabled regions, filters, and what two accounts share.

mod chain;
mod filters;
mod linked;
mod many;
mod regions;
mod shared;
