using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// Provides what both feature-based initialisations share: the check of their input, and the rows of classes without images.
/// </summary>
internal static class LabeledFeatures
{
    /// <exception cref="LiftPlusException">The shapes do not match, or a label is out of range.</exception>
    public static void Check(Tensor features, Tensor labels, int classCount)
    {
        if (features.dim() != 2 || labels.dim() != 1 || features.shape[0] != labels.shape[0] || features.shape[0] == 0)
        {
            throw new LiftPlusException(
                $"Features of shape ({string.Join(", ", features.shape)}) with labels of shape ({string.Join(", ", labels.shape)}): "
                    + "give features (N, D) and N labels, N at least 1."
            );
        }

        using Tensor least = labels.min(),
            most = labels.max();
        (long low, long high) = (least.item<long>(), most.item<long>());
        if (low < 0 || high >= classCount)
        {
            throw new LiftPlusException(
                $"The labels run from {low} to {high}, but there are {classCount} classes; labels are 0 to {classCount - 1}."
            );
        }
    }

    /// <summary>Returns the rows (C, D) scaled to length 1, with random unit directions in place of zero rows.</summary>
    public static Tensor UnitOrRandom(Tensor rows, Generator random)
    {
        using Tensor directions = RandomDirections.Create(rows.shape[0], rows.shape[1], random);
        using Tensor unit = TensorMath.Normalize(rows).to(float32),
            moved = directions.to(rows.device);
        using Tensor empty = rows.eq(TensorMath.Zero).all(-1, keepdim: true);
        return where(empty, moved, unit);
    }
}
