using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace LiftPlus.Jobs.Tests;

/// <summary>Reads the rows of a part as any reader of Parquet does.</summary>
internal static class PartRows
{
    public static async Task<IReadOnlyList<PartRow>> ReadAsync(string file)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        List<PartRow> rows = [];
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            int count = (int)group.RowCount;
            string[] keys = new string[count],
                errors = new string[count];
            await group.ReadAsync(Field(reader, "key"), keys);
            await group.ReadAsync(Field(reader, "error"), errors);
            double?[] unknown = new double?[count];
            await group.ReadAsync(Field(reader, "unknown"), unknown.AsMemory());
            int[]?[] sets = await ListsAsync<int>(reader, group, "set", count);
            int[]?[] labels = await ListsAsync<int>(reader, group, "labels", count);
            ReadOnlyMemory<char>[]?[] names = await ListsAsync<ReadOnlyMemory<char>>(reader, group, "class_names", count);
            float[]?[] scores = await ListsAsync<float>(reader, group, "scores", count);
            float[]?[] probabilities = await ListsAsync<float>(reader, group, "probabilities", count);
            float[]?[] features = await ListsAsync<float>(reader, group, "features", count);
            for (int i = 0; i < count; i++)
                rows.Add(
                    new PartRow(
                        keys[i],
                        labels[i]!,
                        [.. names[i]!.Select(name => name.ToString())],
                        scores[i]!,
                        probabilities[i]!,
                        features[i]!,
                        sets[i],
                        unknown[i],
                        errors[i]
                    )
                );
        }

        return rows;
    }

    private static DataField Field(ParquetReader reader, string name) =>
        reader.Schema.DataFields.Single(field => field.Path.ToString().Split('/')[0] == name);

    private static async Task<T[]?[]> ListsAsync<T>(ParquetReader reader, ParquetRowGroupReader group, string name, int count)
        where T : struct
    {
        if (reader.Schema.DataFields.All(field => field.Path.ToString().Split('/')[0] != name))
            return [.. Enumerable.Repeat<T[]>([], count)];
        DataField field = Field(reader, name);
        using RawColumnData<T> raw = (RawColumnData<T>)await group.ReadRawColumnDataBaseAsync(field);
        return Lists(raw, field.MaxDefinitionLevel);
    }

    private static T[]?[] Lists<T>(RawColumnData<T> raw, int full)
        where T : struct
    {
        List<List<T>?> lists = [];
        int value = 0;
        for (int i = 0; i < raw.RepetitionLevels.Length; i++)
        {
            if (raw.RepetitionLevels[i] == 0)
                lists.Add(raw.DefinitionLevels[i] == 0 ? null : []);
            if (raw.DefinitionLevels[i] == full)
                lists[^1]!.Add(raw.Values[value++]);
        }

        return [.. lists.Select(list => list?.ToArray())];
    }
}
