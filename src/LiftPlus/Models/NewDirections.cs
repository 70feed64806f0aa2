using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Computes the direction of the weights of a new class, as far as that is possible without training. experiments/ClassChanges compares the
/// result with training. It computes on the CPU, because not every device has float64.
/// </summary>
/// <param name="rows">The rows of the other classes (R, D).</param>
internal sealed class NewDirections(Tensor rows)
{
    private const int Halvings = 30;
    private const double LeastPenalty = 1e-6; // classes with the same words teach nothing

    private readonly Tensor _rows = TensorMath.Normalize(rows.cpu());
    private Func<Tensor, Tensor> _learn = told => told;

    /// <summary>
    /// Learns from the other classes how training moved their rows away from their words, by ridge regression, and moves the words of new
    /// classes in the same way.
    /// </summary>
    /// <param name="told">The directions of the words of the other classes (C, D).</param>
    /// <param name="rowOfClass">The row of each (C, D).</param>
    public void LearnFrom(Tensor told, Tensor rowOfClass)
    {
        Tensor words = told.to(float64),
            mean = words.mean([0]),
            centred = TensorMath.Subtract(words, mean), // (C, D)
            moves = TensorMath.Subtract(TensorMath.Normalize(rowOfClass.cpu()).to(float64), words),
            move = moves.mean([0]);
        Tensor squares = centred.t().mm(centred);
        double penalty = Math.Max(squares.diagonal().mean().item<double>(), LeastPenalty); // as large as the mean square
        squares = TensorMath.Add(squares, TensorMath.Scale(eye(squares.shape[0], dtype: float64, device: squares.device), penalty));
        Tensor map = linalg.solve(squares, centred.t().mm(TensorMath.Subtract(moves, move))); // (D, D)
        _learn = direction =>
        {
            Tensor own = TensorMath.Subtract(direction.to(float64), mean).unsqueeze(0).mm(map).squeeze(0);
            return TensorMath.Normalize(TensorMath.Add(TensorMath.Add(direction.to(float64), move), own)).to(direction.dtype);
        };
    }

    /// <summary>Returns the unit direction (D) for what is known of a class.</summary>
    /// <remarks>
    /// The mean feature of the images alone is closer to almost every image than trained rows are, and would take the images of other
    /// classes away from them. Therefore the direction starts at the words, or without words where features hardly differ, and turns to
    /// that mean only as far as the class needs to be chosen on its own images.
    /// </remarks>
    public Tensor Of(ClassSources source)
    {
        Tensor? told = source.Told is null ? null : _learn(source.Told);
        if (source.Seen is not Tensor seen)
            return told!;
        Tensor mean = seen.mean([0]),
            goal = TensorMath.Normalize(mean),
            start = told ?? Indifferent(seen);
        double best = Number(seen.mm(_rows.t()).amax([1]).mean()), // the mean cosine with the best other class
            startCosine = Number(start.dot(mean)),
            goalCosine = CosineOfUnseen(mean, seen.shape[0], best),
            between = Number(start.dot(goal));
        double low = 0,
            high = Reaches(0) ? 0 : 1;
        for (int i = 0; i < Halvings && low < high; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Reaches(middle) ? (low, middle) : (middle, high);
        }

        return TensorMath.Normalize(TensorMath.Add(TensorMath.Scale(start, 1 - high), TensorMath.Scale(goal, high)));

        // Whether another image of the class can be expected to be as near as to the best other class, after this part of the way.
        bool Reaches(double part) =>
            (1 - part) * startCosine + part * goalCosine
            >= best * Math.Sqrt((1 - part) * (1 - part) + part * part + 2 * part * (1 - part) * between);
    }

    // Unit features with the mean cosine r between two of them have a mean of the length √((1 + (n - 1) r) / n), and r over this length is
    // the cosine of the mean with a further one. A single image says nothing about r: in the middle between itself and the other classes.
    private static double CosineOfUnseen(Tensor mean, long count, double best)
    {
        double length = Number(mean.norm());
        return count == 1 ? (1 + best) / 2 : (count * length * length - 1) / (count - 1) / length;
    }

    // The direction in which the rows and these images have the smallest squares.
    private Tensor Indifferent(Tensor seen) => linalg.eigh(TensorMath.Add(_rows.t().mm(_rows), seen.t().mm(seen))).Item2.select(1, 0);

    private static double Number(Tensor value) => value.item<float>();
}
