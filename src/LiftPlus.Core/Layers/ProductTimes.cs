namespace LiftPlus.Layers;

/// <summary>Represents the seconds that both forms of a linear product take, measured in turn, round by round.</summary>
/// <param name="Rows">The number of rows of x.</param>
/// <param name="Linear">The times of the matrix product.</param>
/// <param name="Convolution">The times of the convolution, as many.</param>
internal sealed record ProductTimes(int Rows, IReadOnlyList<double> Linear, IReadOnlyList<double> Convolution)
{
    /// <summary>
    /// Gets how many times as fast the convolution is, by the best times or by the median of the rounds, whichever says less. One of them
    /// alone is a matter of luck where other programs use the processor.
    /// </summary>
    public double Gain =>
        Math.Min(
            Linear.Min() / Convolution.Min(),
            Linear.Zip(Convolution, (linear, convolution) => linear / convolution).Order().ElementAt(Linear.Count / 2)
        );
}
