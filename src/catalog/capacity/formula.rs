//! Parameter formulas as RDS reads them: a text and what an instance has in, a number out.
//!
//! `argument` is an integer, `{product}`, or `FUNCTION(argument,…)`; `product` is a variable or `log(product)`, followed
//! by any number of `*integer` and `/integer`:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html>. What is not understood makes no
//! number, and neither do the conditions of Oracle's huge pages, a port or a role, which are no measure of connections.
//! More of a variable never makes less of a formula, so whoever understates the one does not overstate the other.

#[cfg(test)]
mod tests;

/// What the variables stand for, as far as it is known.
pub(super) struct Variables {
    /// `DBInstanceClassMemory` in bytes.
    pub(super) memory: Option<f64>,
    /// `DBInstanceVCPU`.
    pub(super) vcpus: Option<f64>,
    /// `AllocatedStorage` in bytes.
    pub(super) storage: Option<f64>,
}

/// What a formula makes of the variables, if it can be understood and they are known.
///
/// Arguments nest, as in AWS's own `LEAST(GREATEST({DBInstanceClassMemory/32185783296},16),32)`, and no deeper than the
/// text is long.
pub(super) fn evaluate(text: &str, variables: &Variables) -> Option<f64> {
    let mut formula = Formula { rest: text, variables };
    let value = formula.argument()?;
    formula.rest.trim_start().is_empty().then_some(value)
}

/// What is still to be read of a formula.
struct Formula<'a> {
    rest: &'a str,
    variables: &'a Variables,
}

impl<'a> Formula<'a> {
    fn argument(&mut self) -> Option<f64> {
        match self.token()? {
            "{" => {
                let first = self.factor()?;
                self.product(first, f64::trunc, "}")
            }
            "-" => Some(-integer(self.token()?)?),
            number if number.starts_with(|c: char| c.is_ascii_digit()) => integer(number),
            name => self.function(name),
        }
    }

    fn function(&mut self, name: &str) -> Option<f64> {
        let combine: fn(f64, f64) -> f64 = match name.to_ascii_uppercase().as_str() {
            "GREATEST" => f64::max,
            "LEAST" => f64::min,
            "SUM" => |sum, value| sum + value,
            _ => return None,
        };
        self.expect("(")?;
        let mut value = self.argument()?;
        loop {
            match self.token()? {
                "," => value = combine(value, self.argument()?),
                ")" => return Some(value),
                _ => return None,
            }
        }
    }

    fn factor(&mut self) -> Option<f64> {
        match self.token()? {
            "AllocatedStorage" => self.variables.storage,
            "DBInstanceClassMemory" => self.variables.memory,
            "DBInstanceVCPU" => self.variables.vcpus,
            name if name.eq_ignore_ascii_case("log") => self.logarithm(),
            _ => None,
        }
    }

    /// To the base of 2.
    ///
    /// It is not documented whether RDS rounds it. The limits that AWS publishes for Aurora MySQL, whose own formula
    /// it is made for, go in whole steps, some of them up and some down, so here they only go down:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html>.
    fn logarithm(&mut self) -> Option<f64> {
        self.expect("(")?;
        let first = self.factor()?;
        let logarithm = self.product(first, |exact| exact, ")")?.log2();
        Some(logarithm.min(logarithm.round()))
    }

    /// What follows the first factor, up to the end; decimals are truncated after each step.
    fn product(&mut self, first: f64, truncated: fn(f64) -> f64, end: &str) -> Option<f64> {
        let mut value = first;
        loop {
            value = match self.token()? {
                "*" => truncated(value * integer(self.token()?)?),
                "/" => truncated(value / integer(self.token()?)?),
                token => return Some(truncated(value)).filter(|value| token == end && value.is_finite()),
            };
        }
    }

    fn expect(&mut self, token: &str) -> Option<()> {
        (self.token()? == token).then_some(())
    }

    /// The next word, number or sign.
    fn token(&mut self) -> Option<&'a str> {
        let text = self.rest.trim_start();
        let word = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        let length = if word > 0 { word } else { text.chars().next()?.len_utf8() };
        let (token, rest) = text.split_at(length);
        self.rest = rest;
        Some(token)
    }
}

#[expect(clippy::cast_precision_loss, reason = "divisors, factors and bounds are far below 2^53")]
fn integer(token: &str) -> Option<f64> {
    token.parse::<u64>().ok().map(|integer| integer as f64)
}
