using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>CE(z', y) + a · BCE(z', Y_text) + b · BCE(z', Y_zero-shot), z' = z + log p (<see cref="NeighborAwareLossOptions"/>).</summary>
internal sealed class NeighborAwareLoss : LongTailLoss
{
    private readonly Tensor log_prior; // (C)
    private readonly Tensor of_classes; // (C, K)
    private readonly Tensor of_images; // (N, K), -1 where the image was not read
    private readonly Tensor shares; // (1 + 2K), what a label, its K neighbours and the image's K neighbours add to the target
    private readonly Scalar _weight; // a + b

    public NeighborAwareLoss(LossContext context, ClassNeighbors neighbors, double textWeight, double zeroShotWeight)
        : base(nameof(NeighborAwareLoss))
    {
        log_prior = ClassPrior.ToTensor(ClassPrior.LogShares(context.Classes), context.Device);
        of_classes = tensor(neighbors.OfClasses, device: context.Device);
        of_images = tensor(neighbors.OfImages, device: context.Device);
        int k = neighbors.OfClasses.GetLength(1);
        double weight = textWeight + zeroShotWeight;
        shares = ClassPrior.ToTensor(
            [1, .. Enumerable.Repeat(textWeight / weight, k), .. Enumerable.Repeat(zeroShotWeight / weight, k)],
            context.Device
        );
        _weight = TensorMath.Hold(weight);
        RegisterComponents();
    }

    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor unknown = labels.unsqueeze(1).expand(-1, of_images.shape[1]); // the image's neighbours: none but its class
        return Compute(logits, labels, unknown).MoveToOuterDisposeScope();
    }

    internal override Tensor OfImages(Tensor logits, Tensor labels, IReadOnlyList<int> places)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor found = of_images.index_select(0, tensor([.. places.Select(place => (long)place)], device: logits.device)).to(int64);
        Tensor read = where(found.lt(TensorMath.Zero), labels.unsqueeze(1), found); // (B, K)
        return Compute(logits, labels, read).MoveToOuterDisposeScope();
    }

    // The two BCE terms are one with the weighted mean of their targets, because BCE is linear in the target.
    private Tensor Compute(Tensor logits, Tensor labels, Tensor ofImages)
    {
        Tensor own = labels.unsqueeze(1); // (B, 1)
        Tensor adjusted = TensorMath.Add(logits, log_prior);
        Tensor positives = cat([own, of_classes.index_select(0, labels).to(int64), ofImages], 1); // (B, 1 + 2K)
        Tensor added = where(positives.eq(own), zeros_like(shares), shares).to(logits.dtype);
        Tensor targets = zeros_like(logits).scatter_add(1, positives, added).scatter(1, own, ones_like(own).to(logits.dtype)); // (B, C)
        Tensor bce = nn.functional.binary_cross_entropy_with_logits(adjusted, targets);
        return TensorMath.Add(nn.functional.cross_entropy(adjusted, labels), bce.mul(_weight));
    }
}
