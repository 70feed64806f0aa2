namespace LiftPlus.Decisions;

/// <summary>Represents the accuracy a - b n^-c for n images of a class, 0 ≤ a ≤ 1 and b ≥ 0.</summary>
internal readonly record struct LearningCurve(double A, double B, double C)
{
    private const double LeastExponent = 0.1,
        ExponentStep = 0.1;
    private const int Exponents = 20;

    /// <summary>Returns the accuracy for a number of images.</summary>
    public double At(double images) => A - B * Math.Pow(images, -C);

    /// <summary>Returns the number of images at which an accuracy is reached; infinity if it never is.</summary>
    public double ImagesFor(double accuracy) =>
        A - B >= accuracy ? 1
        : A > accuracy ? Math.Pow(B / (A - accuracy), 1 / C)
        : double.PositiveInfinity;

    /// <summary>Fits the curve by least squares, with exponents c of 0.1 to 2.</summary>
    /// <param name="sizes">The numbers of images, two or more.</param>
    /// <param name="accuracies">The accuracy for each, 0 to 1.</param>
    public static LearningCurve Fit(IReadOnlyList<int> sizes, IReadOnlyList<double> accuracies) =>
        Enumerable
            .Range(0, Exponents)
            .Select(step => Fit(sizes, accuracies, LeastExponent + step * ExponentStep))
            .MinBy(curve => sizes.Zip(accuracies, (size, accuracy) => Math.Pow(curve.At(size) - accuracy, 2)).Sum());

    private static LearningCurve Fit(IReadOnlyList<int> sizes, IReadOnlyList<double> accuracies, double exponent)
    {
        double[] x = [.. sizes.Select(size => Math.Pow(size, -exponent))];
        double meanX = x.Average(),
            meanY = accuracies.Average(),
            slope = x.Zip(accuracies, (a, y) => (a - meanX) * (y - meanY)).Sum() / Math.Max(x.Sum(a => (a - meanX) * (a - meanX)), 1e-300);
        if (slope >= 0)
            return new LearningCurve(meanY, 0, exponent);
        if (meanY - slope * meanX <= 1)
            return new LearningCurve(meanY - slope * meanX, -slope, exponent);
        return new LearningCurve(1, x.Zip(accuracies, (a, y) => a * (1 - y)).Sum() / x.Sum(a => a * a), exponent);
    }
}
