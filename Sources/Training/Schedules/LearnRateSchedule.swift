import Glibc

/// How the learning rate changes in the course of a run.
///
/// The factor is a function of where the run stands and of the options in force, with no state of its own, so an edit
/// or a resumed run needs nothing remembered. Formulas: MATLAB's `piecewiseLearnRate`, `warmupLearnRate`,
/// `polynomialLearnRate`, `cosineLearnRate`, `exponentialLearnRate`, `cyclicalLearnRate`
/// (https://www.mathworks.com/help/deeplearning/ref/trainingoptions.html), taken smoothly within epochs except
/// `piecewise`, which drops between epochs.
///
/// Each of them can follow a warm-up, as MATLAB's `["warmup" "cosine"]`: the factors are multiplied.
public enum LearnRateSchedule: String, OptionChoice {
    case none, piecewise, warmup, polynomial, cosine, exponential, cyclical
    case warmupPiecewise = "warmup-piecewise"
    case warmupPolynomial = "warmup-polynomial"
    case warmupCosine = "warmup-cosine"
    case warmupExponential = "warmup-exponential"
    case warmupCyclical = "warmup-cyclical"

    /// The schedules that it is made of.
    var parts: [LearnRateSchedule] {
        switch self {
        case .none, .piecewise, .warmup, .polynomial, .cosine, .exponential, .cyclical: [self]
        case .warmupPiecewise: [.warmup, .piecewise]
        case .warmupPolynomial: [.warmup, .polynomial]
        case .warmupCosine: [.warmup, .cosine]
        case .warmupExponential: [.warmup, .exponential]
        case .warmupCyclical: [.warmup, .cyclical]
        }
    }
}

extension Options {
    /// The learning rate of the iteration that follows.
    ///
    /// - Parameters:
    ///   - iteration: iterations finished before it.
    ///   - epoch: epochs finished before it, as a real number.
    public func learnRate(afterIteration iteration: Int, epoch: Double) -> Double {
        initialLearnRate * learnRateFactor(afterIteration: iteration, epoch: epoch)
    }

    /// What the schedule multiplies `initialLearnRate` by.
    func learnRateFactor(afterIteration iteration: Int, epoch: Double) -> Double {
        learnRateSchedule.parts.reduce(1) { $0 * factor(of: $1, afterIteration: iteration, epoch: epoch) }
    }

    private func factor(of part: LearnRateSchedule, afterIteration iteration: Int, epoch: Double) -> Double {
        let progress = min(1, epoch / Double(maxEpochs))
        switch part {
        case .none, .warmupPiecewise, .warmupPolynomial, .warmupCosine, .warmupExponential, .warmupCyclical:
            return 1
        case .piecewise:
            // The small shift keeps k·period from falling just short of k by rounding.
            return pow(
                learnRateDropFactor, (epoch.rounded(.down) / learnRateDropPeriod + 1e-9).rounded(.down))
        case .warmup:
            let share = min(1, Double(iteration) / Double(learnRateWarmupSteps))
            return learnRateInitialFactor + (1 - learnRateInitialFactor) * share
        case .polynomial:
            return learnRateFinalFactor + (1 - learnRateFinalFactor) * pow(1 - progress, learnRatePower)
        case .cosine:
            return learnRateFinalFactor + (1 - learnRateFinalFactor) * (1 + cos(.pi * progress)) / 2
        case .exponential:
            return pow(learnRateDropFactor, epoch / learnRateDropPeriod)
        case .cyclical:
            // Up in the first half of each cycle, down in the second: Smith, https://arxiv.org/abs/1506.01186.
            let phase = (epoch / learnRatePeriod).truncatingRemainder(dividingBy: 1)
            return 1 + (learnRateMaxFactor - 1) * (1 - abs(2 * phase - 1))
        }
    }
}
