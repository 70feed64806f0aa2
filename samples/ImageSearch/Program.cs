// Finds images by words and by example: TinyClip makes the vectors, which are kept in memory.
//   ImageSearch [WORDS]   finds the images that the words describe, such as "striped red triangle"
using LiftPlus;
using LiftPlus.Samples.ImageSearch;
using LiftPlus.Samples.Shapes;
using Microsoft.Extensions.AI;

const int ImagesPerClass = 4,
    Shown = 3;

ShapesLT shapes = new();
string[] names = [.. shapes.Things.Select(thing => thing.Name)];
using ZeroShotClassifier model = ZeroShotClassifier.Load(Path.Combine(AppContext.BaseDirectory, "tiny-clip"), names);
using IEmbeddingGenerator<string, Embedding<float>> texts = model.AsTextEmbeddingGenerator();
VectorCollection described = new(model.AsImageEmbeddingGenerator(EmbeddingSpace.Joint)),
    alike = new(model.AsImageEmbeddingGenerator(EmbeddingSpace.Features));
(string, byte[])[] images =
[
    .. from label in Enumerable.Range(0, ShapesLT.ClassCount)
    from index in Enumerable.Range(0, ImagesPerClass)
    select (names[label], shapes.Draw(Split.Test, label, index).ToPng()),
];
await described.AddAsync(images);
await alike.AddAsync(images);

// Words and images meet in the joint space.
string[] asked = args.Length > 0 ? [string.Join(' ', args)] : names;
GeneratedEmbeddings<Embedding<float>> queries = await texts.GenerateAsync(asked.Select(words => $"a photo of a {words}."));
foreach ((string words, Embedding<float> query) in asked.Zip(queries).Take(Shown))
    Console.WriteLine($"{words}: {string.Join(", ", described.Find(query.Vector, Shown))}");

// Images like another one are found by the features.
string[] examples = [.. await alike.FindAsync(shapes.Draw(Split.Train, 0, 0).ToPng(), Shown)];
Console.WriteLine($"like an image of a {names[0]}: {string.Join(", ", examples)}");
if (args.Length == 0)
{
    int found = names.Zip(queries).Count(pair => described.Find(pair.Second.Vector, Shown).Contains(pair.First));
    Console.WriteLine($"{found} of {names.Length} names find an image of theirs among the first {Shown} of {images.Length}.");
}
