//! References between elements: what each attribute may refer to, and a walk that finds cycles.

/// Elements that a fill or a stroke may refer to.
pub const PAINT_SERVERS: &[&str] = &["linearGradient", "radialGradient", "pattern"];

/// The elements that an attribute or property may refer to by `url(#id)`; `None` if it does not refer so.
#[must_use]
pub fn url_targets(attribute: &str) -> Option<&'static [&'static str]> {
    Some(match attribute {
        "fill" | "stroke" => PAINT_SERVERS,
        "marker" | "marker-start" | "marker-mid" | "marker-end" => &["marker"],
        "mask" => &["mask"],
        "clip-path" => &["clipPath"],
        "filter" => &["filter"],
        _ => return None,
    })
}

/// What [`walk`] meets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// An edge closes a cycle: it leads to a node whose own edges are still being followed, or to one around such a node. It is not
    /// followed.
    Cycle {
        /// The node that it leads from.
        from: usize,
        /// Which edge of that node it is, from 0.
        edge: usize,
    },
    /// Everything that this node leads to has been walked, and so is the node.
    Done(usize),
}

/// Walks a graph of `count` nodes depth first from node 0, without recursion: each node once, after all that it leads to
/// unless that closes a cycle. `edge(node, n)` is where the node's edge `n` leads, `None` after its last. `parent(node)` is the node
/// around it, to which it is a child by one of the edges: an edge from elsewhere to a node around one that is still being followed
/// closes a cycle already, so that no edge to a child ever does.
///
/// # Errors
///
/// The first error of `take`, which ends the walk.
pub fn walk<E>(
    count: usize,
    edge: impl Fn(usize, usize) -> Option<usize>,
    parent: impl Fn(usize) -> Option<usize>,
    mut take: impl FnMut(Step) -> Result<(), E>,
) -> Result<(), E> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; count];
    // How many of the nodes that are open are inside of each.
    let mut open_inside = vec![0_usize; count];
    let around = |node| std::iter::successors(parent(node), |node| parent(*node));
    let mut open: Vec<(usize, usize)> = if count > 0 { vec![(0, 0)] } else { vec![] };
    while let Some((from, next)) = open.last_mut() {
        let (from, number) = (*from, *next);
        *next += 1;
        states[from] = State::Open;
        match edge(from, number) {
            None => {
                states[from] = State::Done;
                around(from).for_each(|node| open_inside[node] -= 1);
                open.pop();
                take(Step::Done(from))?;
            }
            Some(to) => match states[to] {
                State::New if open_inside[to] == 0 || parent(to) == Some(from) => {
                    around(to).for_each(|node| open_inside[node] += 1);
                    open.push((to, 0));
                }
                State::New | State::Open => take(Step::Cycle { from, edge: number })?,
                State::Done => {}
            },
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(edges: &[&[usize]]) -> Vec<Step> {
        let mut steps = Vec::new();
        let edge = |node: usize, n: usize| edges[node].get(n).copied();
        let ended = walk(
            edges.len(),
            edge,
            |_| None,
            |step| {
                steps.push(step);
                Ok::<(), ()>(())
            },
        );
        assert_eq!(ended, Ok(()));
        steps
    }

    #[test]
    fn a_node_comes_after_all_that_it_leads_to() {
        let done = [2, 1, 3, 0].map(Step::Done);
        assert_eq!(steps(&[&[1, 2, 3], &[2], &[], &[1]]), done);
        assert_eq!(steps(&[]), []);
    }

    #[test]
    fn cycles_are_found_at_the_edge_that_closes_them() {
        let cycle = |from, edge| Step::Cycle { from, edge };
        assert_eq!(steps(&[&[1], &[1, 0]]), [cycle(1, 0), cycle(1, 1), Step::Done(1), Step::Done(0)]);
    }

    #[test]
    fn no_edge_to_a_child_closes_a_cycle() {
        // 0 around 1 and 2; 2 around 3; 1 refers to 3, 3 to 2.
        let edges: [&[usize]; 4] = [&[1, 2], &[3], &[3], &[2]];
        let mut steps = Vec::new();
        let edge = |node: usize, n: usize| edges[node].get(n).copied();
        let parent = |node: usize| [None, Some(0), Some(0), Some(2)][node];
        let ended = walk(4, edge, parent, |step| {
            steps.push(step);
            Ok::<(), ()>(())
        });
        assert_eq!(ended, Ok(()));
        let done = [3, 1, 2, 0].map(Step::Done);
        assert_eq!(steps, [&[Step::Cycle { from: 3, edge: 0 }][..], &done].concat());
    }

    #[test]
    fn an_error_ends_the_walk() {
        let mut count = 0;
        let ended = walk(
            3,
            |node, n| (n == 0 && node < 2).then_some(node + 1),
            |_| None,
            |step| {
                count += 1;
                Err(step)
            },
        );
        assert_eq!((ended, count), (Err(Step::Done(2)), 1));
    }
}
