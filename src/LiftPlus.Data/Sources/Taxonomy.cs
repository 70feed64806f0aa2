using System.Text.Json;
using LiftPlus.Texts;

namespace LiftPlus.Data;

/// <summary>Reads iNaturalist's <c>categories.json</c>: the name of each species and of its genus, family and so on.</summary>
internal static class Taxonomy
{
    /// <summary>Names the classes of a dataset whose labels are the species' numbers, and joins them at a coarser level.</summary>
    public static ImageListing Regroup(ImageListing species, string file, TaxonomicLevel level)
    {
        string key = level == TaxonomicLevel.Species ? "name" : level.ToString().ToLowerInvariant();
        string?[] taxa = Read(file, key);
        if (level != TaxonomicLevel.Species || taxa.Length < species.ClassNames.Count)
        {
            foreach (LabeledImage image in species.Images)
            {
                if (image.Label >= taxa.Length || taxa[image.Label] is null)
                    throw new LiftPlusException(
                        $"The taxonomy '{file}' has no {key} for the species {image.Label}, which the list assigns to '{image.Name}'. "
                            + "Take the categories.json of iNaturalist 2018."
                    );
            }
        }

        if (level == TaxonomicLevel.Species)
            return species with { ClassNames = [.. taxa.Select((name, id) => name ?? $"{id}")] };
        string[] names = [.. taxa.OfType<string>().Order(StringComparer.Ordinal).DistinctBy(ClassName.Key)];
        Dictionary<string, int> labels = ClassName.Labels(names, "the taxonomy");
        int[] labelOf = Array.ConvertAll(taxa, name => labels.GetValueOrDefault(ClassName.Key(name), -1));
        return species with
        {
            Images = [.. species.Images.Select(image => image with { Label = labelOf[image.Label] })],
            ClassNames = names,
        };
    }

    // By species number.
    private static string?[] Read(string file, string key)
    {
        string text = TextFile.ReadText(file, "taxonomy");
        try
        {
            using JsonDocument document = TextFile.ParseJson(text);
            var entries = new List<(int Id, string? Name)>();
            foreach (JsonElement entry in document.RootElement.EnumerateArray())
                entries.Add(
                    (entry.GetProperty("id").GetInt32(), entry.TryGetProperty(key, out JsonElement name) ? name.GetString() : null)
                );
            var taxa = new string?[entries.Count];
            foreach ((int id, string? name) in entries)
            {
                if ((uint)id >= (uint)taxa.Length)
                    throw new LiftPlusException(
                        $"The taxonomy '{file}' has a species {id} among {taxa.Length}; they are numbered from 0. "
                            + "Take the categories.json of iNaturalist 2018."
                    );
                taxa[id] = name;
            }

            return taxa;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new LiftPlusException(
                $"The taxonomy '{file}' is to be a json list of objects with an id and a {key}: "
                    + $"{e.Message} Take the categories.json of iNaturalist 2018.",
                e
            );
        }
    }
}
