namespace LiftPlus.Layers;

/// <summary>Represents the seconds that two forms of a linear product take, measured in turn, round by round.</summary>
/// <param name="Rows">The number of rows of x.</param>
/// <param name="Present">The times of the present form, the matrix product.</param>
/// <param name="Other">The times of the form that may replace it, the convolution; as many.</param>
internal sealed record ProductTimes(int Rows, IReadOnlyList<double> Present, IReadOnlyList<double> Other)
{
    /// <summary>
    /// Gets how many times as fast the other form is, by the best times or by the median of the rounds, whichever says less. One of them
    /// alone is a matter of luck where other programs use the processor.
    /// </summary>
    public double Gain =>
        Math.Min(Present.Min() / Other.Min(), Present.Zip(Other, (present, other) => present / other).Order().ElementAt(Present.Count / 2));
}
