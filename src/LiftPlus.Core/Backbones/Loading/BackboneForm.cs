using System.Text.Json.Nodes;
using LiftPlus.Backbones.Families;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>Represents a backbone in a published form, ready to be written.</summary>
/// <param name="Form">The form.</param>
/// <param name="Config">The architecture that is written: without its text tower where the form has none.</param>
/// <param name="Descriptions">The descriptions by file name.</param>
internal sealed record BackboneForm(PublishedForm Form, BackboneConfig Config, IReadOnlyDictionary<string, JsonObject> Descriptions)
{
    /// <summary>Gets the names under which the architecture is written.</summary>
    public KeyMap Names { get; } = Form.Names.For(Config.Variants);
}
