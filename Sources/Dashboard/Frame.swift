import Runs
import Screen

/// What the terminal shows: exactly `size` cells.
public func frame(_ state: State, _ size: Size) -> Grid {
    var grid = Grid(size)
    let iteration = state.run?.latest.map { "iteration \($0.iteration)  loss \($0.loss)" } ?? "waiting"
    grid.write(" cnntop  \(state.runName ?? "no run")  \(iteration)", column: 0, row: 0, ink: .title)
    return grid
}
