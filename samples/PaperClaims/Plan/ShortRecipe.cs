using System.Text.Json.Nodes;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>
/// Recipes as JSON without what is the library's default: short, the same for the same recipe however it was built, and not changed by an option that a later
/// version adds.
/// </summary>
internal static class ShortRecipe
{
    /// <summary>Writes a recipe; <see cref="RecipeJson.Read(string, ComponentRegistry?)"/> reads it.</summary>
    public static string Write(FineTuningRecipe recipe) => Prune(Parse(recipe), Parse(new FineTuningRecipe())).ToJsonString();

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

    private static JsonNode? Member(string name, JsonNode? member, JsonNode? usual) => member switch
    {
        JsonArray list => new JsonArray([.. list.Select(item => item is JsonObject part && IsComponent(part) ? Component(part, new JsonArray(Stub(part)), name) : item?.DeepClone())]),
        JsonObject part when IsComponent(part) => Component(part, Stub(part), name),
        JsonObject part when usual is JsonObject defaults => Prune(part, defaults),
        _ => member?.DeepClone(),
    };

    // A component is compared with one of its type that has nothing set, read where it stands in a recipe.
    private static JsonObject Component(JsonObject part, JsonNode stub, string name)
    {
        JsonNode place = name == nameof(TrainingOptions.Optimizer) ? new JsonObject { [nameof(FineTuningRecipe.Training)] = new JsonObject { [name] = stub } } : new JsonObject { [name] = stub };
        JsonNode read = Parse(RecipeJson.Read(place.ToJsonString()));
        JsonNode found = (name == nameof(TrainingOptions.Optimizer) ? read[nameof(FineTuningRecipe.Training)]! : read)[name]!;
        JsonObject kept = Prune(part, (found is JsonArray list ? list[0] : found)!.AsObject());
        kept.Insert(0, "Type", part["Type"]!.DeepClone());
        return kept;
    }

    private static bool IsComponent(JsonObject part) => part.ContainsKey("Type");

    private static JsonObject Stub(JsonObject part) => new() { ["Type"] = part["Type"]!.DeepClone() };

    private static JsonObject Parse(FineTuningRecipe recipe) => JsonNode.Parse(RecipeJson.Write(recipe))!.AsObject();
}
