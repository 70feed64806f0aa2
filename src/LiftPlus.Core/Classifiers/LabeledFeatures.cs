using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>What both feature-based initialisations do first and last: check the input, and give every class a row.</summary>
internal static class LabeledFeatures
{
    /// <exception cref="LiftPlusException">Shapes that do not fit, or a label outside the classes.</exception>
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
            throw new LiftPlusException(
                $"The labels run from {low} to {high}, but there are {classCount} classes; labels are 0 to {classCount - 1}."
            );
    }

    /// <summary>Unit rows of (C, D); a zero row, as of a class without images, becomes a random unit direction.</summary>
    public static Tensor UnitOrRandom(Tensor rows, Generator random)
    {
        using Tensor directions = RandomDirections.Create(rows.shape[0], rows.shape[1], random);
        using Tensor unit = TensorMath.Normalize(rows).to(float32),
            moved = directions.to(rows.device);
        using Tensor empty = rows.eq(TensorMath.Zero).all(-1, keepdim: true);
        return where(empty, moved, unit);
    }
}
