using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Computes the direction of the weights of a new class. The mean feature of its images alone is closer to almost every image than trained
/// rows are, which would take the images of other classes away from them. Therefore the direction starts at the words, or without words
/// where features hardly differ, and turns to that mean only as far as the class needs to be chosen on its own images.
/// </summary>
/// <param name="others">The rows of the other classes (R, D).</param>
internal sealed class NewDirections(Tensor others)
{
    private const double Lead = 1.05; // over the best other class; the classes on both sides lose about the same (experiments/ClassChanges)
    private const int Halvings = 30;

    private readonly Tensor _others = TensorMath.Normalize(others);

    /// <summary>Returns the unit direction (D) for what is known of a class.</summary>
    public Tensor Of(ClassSources source)
    {
        if (source.Seen is not Tensor seen)
            return source.Told!;
        Tensor mean = seen.mean([0]),
            goal = TensorMath.Normalize(mean),
            start = source.Told ?? Indifferent(seen);
        double wanted = Lead * Number(seen.mm(_others.t()).amax([1]).mean());
        double startCosine = Number(start.dot(mean)),
            goalCosine = CosineOfUnseen(mean, seen.shape[0], wanted / Lead),
            between = Number(start.dot(goal));
        double low = 0,
            high = Reaches(0) ? 0 : 1;
        for (int i = 0; i < Halvings && low < high; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Reaches(middle) ? (low, middle) : (middle, high);
        }

        return TensorMath.Normalize(TensorMath.Add(TensorMath.Scale(start, 1 - high), TensorMath.Scale(goal, high)));

        // Whether the images of the class can be expected to have the wanted cosine, after this part of the way.
        bool Reaches(double part) =>
            (1 - part) * startCosine + part * goalCosine
            >= wanted * Math.Sqrt((1 - part) * (1 - part) + part * part + 2 * part * (1 - part) * between);
    }

    // Unit features with the mean cosine r between two of them have a mean of the length √((1 + (n - 1) r) / n), and r over this length is
    // the cosine of the mean with a further one. A single image says nothing about r: in the middle between itself and the other classes.
    private static double CosineOfUnseen(Tensor mean, long count, double level)
    {
        double length = Number(mean.norm());
        return count == 1 ? (1 + level) / 2 : (count * length * length - 1) / (count - 1) / length;
    }

    // The direction in which the rows and these images have the smallest squares.
    private Tensor Indifferent(Tensor seen) => linalg.eigh(TensorMath.Add(_others.t().mm(_others), seen.t().mm(seen))).Item2.select(1, 0);

    private static double Number(Tensor value) => value.item<float>();
}
