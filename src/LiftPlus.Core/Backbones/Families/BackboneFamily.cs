using System.Collections.Immutable;
using LiftPlus.Layers;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents a family of published backbones. Everything that is known about it is in the one file of the class that derives from this
/// one: which architectures belong to it, the forms in which they are published, and the published sizes.
/// </summary>
internal abstract class BackboneFamily
{
    /// <summary>Gets the forms in which the family's weights are published; a form comes before the ones whose marks it has too.</summary>
    public abstract ImmutableArray<PublishedForm> Forms { get; }

    /// <summary>Gets the published architectures in full size.</summary>
    public abstract ImmutableArray<BackboneConfig> Known { get; }

    /// <summary>Returns whether an architecture is one of the family's.</summary>
    public abstract bool Has(BackboneConfig config);

    /// <summary>Gets how the position embedding of an architecture is resampled.</summary>
    public virtual PositionEmbedding Resampling(BackboneConfig config, PositionResampling way) =>
        way == PositionResampling.Transformers ? PositionEmbedding.Plain : PositionEmbedding.Antialiased;

    /// <summary>Gets the form that is written under the names of a library; null if the library has no such model.</summary>
    public PublishedForm? Find(WeightNaming naming, bool hasText)
    {
        PublishedForm[] forms = [.. Forms.Where(form => form.Naming == naming && form.Describe is not null)];
        return Array.Find(forms, form => form.HasText == hasText) ?? Array.Find(forms, form => !form.HasText);
    }
}
