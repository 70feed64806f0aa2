using System.Collections.Immutable;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>Lists the families that are supported, and finds the one that a file or an architecture belongs to.</summary>
internal static class BackboneFamilies
{
    /// <summary>Gets the families in the order in which they are tried; the plain vision transformer comes after its variants.</summary>
    public static ImmutableArray<BackboneFamily> All { get; } =
    [new ClipFamily(), new ClipResNetFamily(), new SiglipFamily(), new Dinov2Family(), new ViTFamily(), new ResNetFamily()];

    /// <summary>Gets the forms of all families.</summary>
    public static IEnumerable<PublishedForm> Forms => All.SelectMany(family => family.Forms);

    /// <summary>Gets the family of an architecture; null if it is an unknown one.</summary>
    public static BackboneFamily? Find(BackboneConfig config) => All.FirstOrDefault(family => family.Has(config));

    /// <summary>
    /// Finds the form that a file has. Where a checkpoint holds the model under a prefix ("state_dict.", "module."), the source that is
    /// returned is the part below it. The shortest prefix wins: a moving average may be stored beside the model.
    /// </summary>
    /// <exception cref="WeightFileException">The file has none of the known forms.</exception>
    public static (PublishedForm Form, WeightSource Source) Recognize(WeightSource source)
    {
        foreach (PublishedForm form in Forms)
        {
            string mark = form.Names.Marks[0];
            string? prefix = source
                .Tensors.Keys.Where(name => name.EndsWith(mark, StringComparison.Ordinal))
                .Select(name => name[..^mark.Length])
                .Where(start =>
                    (start.Length == 0 || start[^1] == '.') && form.Names.Marks.All(other => source.Tensors.ContainsKey(start + other))
                )
                .MinBy(start => start.Length);
            if (prefix is not null)
                return (form, prefix.Length == 0 ? source : new PrefixedSource(source, prefix));
        }

        IEnumerable<string> known = Forms
            .GroupBy(form => form.Names.Name)
            .Select(forms => $"{forms.Key} ({string.Join(", ", forms.MinBy(form => form.Names.Marks.Length)!.Names.Marks)})");
        throw new WeightFileException(
            source.Path,
            $"its {source.Tensors.Count} tensors ({MessageText.First(source.Tensors.Keys, 5)}) have none of the known names: "
                + $"{string.Join("; ", known)}. Check that this is a backbone's weight file."
        );
    }
}
