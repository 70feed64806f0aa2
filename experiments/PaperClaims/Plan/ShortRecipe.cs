using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Writes recipes as JSON without default values. The text is short, does not depend on how the recipe was built, and does not change when
/// a later version adds an option.
/// </summary>
internal static class ShortRecipe
{
    private static readonly JsonObject s_defaults = Parse(new FineTuningRecipe());
    private static readonly ConcurrentDictionary<(string Place, string Type), JsonObject> s_components = [];

    /// <summary>Writes a recipe; <see cref="RecipeJson.Read(string, ComponentRegistry?)"/> reads it.</summary>
    public static string Write(FineTuningRecipe recipe) => Prune(Parse(recipe), s_defaults).ToJsonString();

    private static JsonObject Prune(JsonObject value, JsonObject defaults)
    {
        var kept = new JsonObject();
        foreach ((string name, JsonNode? member) in value)
        {
            if (!defaults.TryGetPropertyValue(name, out JsonNode? usual) || !JsonNode.DeepEquals(member, usual))
                kept[name] = Member(name, member, usual);
        }

        return kept;
    }

    private static JsonNode? Member(string name, JsonNode? member, JsonNode? usual) =>
        member switch
        {
            JsonArray list => new JsonArray([
                .. list.Select(item =>
                    item is JsonObject part && TypeOf(part) is string type ? Component(part, type, name) : item?.DeepClone()
                ),
            ]),
            JsonObject part when TypeOf(part) is string type => Component(part, type, name),
            JsonObject part when usual is JsonObject defaults => Prune(part, defaults),
            _ => member?.DeepClone(),
        };

    private static JsonObject Component(JsonObject part, string type, string name)
    {
        JsonObject kept = Prune(part, s_components.GetOrAdd((name, type), Unset));
        kept.Insert(0, "Type", type);
        return kept;
    }

    // Returns a component of a type with all defaults, as read from a recipe.
    private static JsonObject Unset((string Place, string Type) component)
    {
        (string place, string type) = component;
        var stub = new JsonObject { ["Type"] = type };
        JsonNode member = new JsonObject { [place] = place == nameof(FineTuningRecipe.Peft) ? new JsonArray(stub) : stub };
        bool isOfTraining = place == nameof(TrainingOptions.Optimizer);
        JsonObject recipe = Parse(
            RecipeJson.Read((isOfTraining ? new JsonObject { [nameof(FineTuningRecipe.Training)] = member } : member).ToJsonString())
        );
        JsonNode found = (isOfTraining ? recipe[nameof(FineTuningRecipe.Training)]! : recipe)[place]!;
        return (found is JsonArray list ? list[0]! : found).AsObject();
    }

    private static string? TypeOf(JsonObject part) => (string?)part["Type"];

    private static JsonObject Parse(FineTuningRecipe recipe) => JsonNode.Parse(RecipeJson.Write(recipe))!.AsObject();
}
