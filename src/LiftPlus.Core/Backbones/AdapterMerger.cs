using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>Folds adapters into a copy of the weights; see <see cref="Backbone.Merge"/>.</summary>
internal static class AdapterMerger
{
    public static Backbone Merge(Backbone adapted)
    {
        RequireFoldable(adapted);
        var plain = new Backbone(adapted.Config);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        CopyOwn(adapted, plain);
        foreach ((Attention from, Attention to) in Pairs<Attention>(adapted, plain))
        {
            Copy(from.FoldQkv(), to.qkv);
            Copy(from.proj.Fold(), to.proj);
        }

        foreach ((Mlp from, Mlp to) in Pairs<Mlp>(adapted, plain))
        {
            Copy(from.fc1.Fold(), to.fc1);
            Copy(from.fc2.Fold(), to.fc2);
        }

        return plain;
    }

    private static void RequireFoldable(Backbone adapted)
    {
        string[] blocked =
        [
            .. adapted
                .modules()
                .OfType<AdapterSite>()
                .SelectMany(site => site.Adapters.Where(entry => !(site.FoldsIntoLinear && entry.Value is IMergeableAdapter)))
                .Select(entry => $"'{entry.Key}'")
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (blocked.Length > 0)
        {
            throw new LiftPlusException(
                $"{string.Join(", ", blocked)} cannot be folded into the weights of {adapted.Config.Name}: what it computes is not a "
                    + "linear layer of the backbone. Keep the adapters beside the backbone, or use a method that can be folded "
                    + "(LoRA, SSF, BitFit, AFT, full fine-tuning)."
            );
        }
    }

    private static void CopyOwn(Backbone adapted, Backbone plain)
    {
        Dictionary<string, Tensor> values = adapted
            .named_parameters()
            .Select(entry => (entry.name, (Tensor)entry.parameter))
            .Concat(adapted.named_buffers().Select(entry => (entry.name, entry.buffer)))
            .ToDictionary();
        foreach ((string name, Tensor parameter) in plain.named_parameters())
            parameter.copy_(values[name]);
        foreach ((string name, Tensor buffer) in plain.named_buffers())
            buffer.copy_(values[name]);
    }

    // Adapters add modules but neither attention nor MLPs, so both trees list these in the same order.
    private static IEnumerable<(T From, T To)> Pairs<T>(Backbone adapted, Backbone plain) =>
        adapted.modules().OfType<T>().Zip(plain.modules().OfType<T>());

    private static void Copy((Tensor Weight, Tensor? Bias) folded, AdaptableLinear to)
    {
        to.weight.copy_(folded.Weight);
        if (folded.Bias is not null)
            to.bias!.copy_(folded.Bias);
    }
}
