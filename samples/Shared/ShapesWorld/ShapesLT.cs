using System.Collections.Immutable;

namespace LiftPlus.Samples.Shapes;

/// <summary>
/// Represents a long-tailed task of 64 compositional classes in the wild style, with 500 training images of the most frequent class, 5 of
/// the rarest (imbalance ratio 100) and a balanced test set. An image depends only on (seed, split, class, index).
/// </summary>
public sealed class ShapesLT
{
    public const int ClassCount = 64;
    public const int LargestClass = 500;
    public const int SmallestClass = 5;
    public const int TestImagesPerClass = 25;

    /// <summary>The side of an image in pixels. Transforms resize it to the smaller input of the model.</summary>
    public const int ImageSize = 48;

    private readonly int _seed;

    /// <param name="seed">The seed of the images. Classes and counts are the same for every seed.</param>
    public ShapesLT(int seed = 0)
    {
        _seed = seed;
        Things = ChooseThings();
        Classes = new ClassDistribution(Things.Select(thing => thing.Name), TrainingCounts());
    }

    /// <summary>Gets what each class shows, in the (alphabetical) order of the labels.</summary>
    public ImmutableArray<Thing> Things { get; }

    /// <summary>Gets the class names and training counts.</summary>
    public ClassDistribution Classes { get; }

    /// <summary>Returns the number of images of a class in a split.</summary>
    public int Count(Split split, int label) => split == Split.Test ? TestImagesPerClass : Classes.Counts[label];

    /// <summary>Returns (label, index) of every image of a split, class by class.</summary>
    public IEnumerable<(int Label, int Index)> Items(Split split) =>
        from label in Enumerable.Range(0, ClassCount)
        from index in Enumerable.Range(0, Count(split, label))
        select (label, index);

    public DrawnImage Draw(Split split, int label, int index, int size = ImageSize)
    {
        Dice dice = new(_seed, (int)split, label, index);
        Look look = Styles.Wild(Things[label], ref dice);
        return Painter.Paint(Things[label], look, size, ref dice);
    }

    /// <summary>Returns which pixels of an image the thing covers, row after row; the bars in front of some are ignored.</summary>
    public bool[] Mask(Split split, int label, int index, int size = ImageSize)
    {
        Dice dice = new(_seed, (int)split, label, index);
        return Painter.Mask(Things[label], Styles.Wild(Things[label], ref dice), size);
    }

    /// <summary>Draws a split on all cores and keeps it in memory, about 7 KB per image.</summary>
    public ImageDataset Load(Split split)
    {
        (int Label, int Index)[] items = [.. Items(split)];
        DrawnImage[] images = new DrawnImage[items.Length];
        Parallel.For(0, items.Length, i => images[i] = Draw(split, items[i].Label, items[i].Index));
        return ImageDataset.FromImages(Images(), Classes.Names);

        IEnumerable<(RgbImage, int)> Images()
        {
            foreach ((int i, DrawnImage drawn) in images.Index())
            {
                using RgbImage image = drawn.ToImage();
                yield return (image, items[i].Label);
            }
        }
    }

    /// <summary>Writes a split as PNG files, with one folder per class: folder/striped red triangle/00012.png.</summary>
    public void WriteFolder(string folder, Split split)
    {
        foreach (Thing thing in Things)
            Directory.CreateDirectory(Path.Combine(folder, thing.Name));
        Parallel.ForEach(Items(split), item =>
            File.WriteAllBytes(
                Path.Combine(folder, Things[item.Label].Name, $"{item.Index:00000}.png"),
                Draw(split, item.Label, item.Index).ToPng()
            )
        );
    }

    /// <summary>Draws 64 of the 384 combinations at random, with about the same frequency for all words of a kind.</summary>
    private static ImmutableArray<Thing> ChooseThings()
    {
        Thing[] all =
        [
            .. from fill in Words.Fills.Take(Words.TaskFills)
            from colour in Words.Colours.Take(Words.TaskColours)
            from shape in Words.Shapes.Take(Words.TaskShapes)
            select new Thing(fill, colour, shape),
        ];
        Dice dice = new(20250101);
        dice.Shuffle(all);
        Dictionary<string, int> uses = [];
        List<Thing> chosen = [];
        foreach (Thing thing in all)
        {
            bool room =
                uses.GetValueOrDefault(thing.Fill) < 11
                && uses.GetValueOrDefault(thing.Colour) < 9
                && uses.GetValueOrDefault(thing.Shape) < 9;
            if (!room || chosen.Count == ClassCount)
                continue;
            chosen.Add(thing);
            foreach (string word in (string[])[thing.Fill, thing.Colour, thing.Shape])
                uses[word] = uses.GetValueOrDefault(word) + 1;
        }

        return [.. chosen.OrderBy(thing => thing.Name, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Computes n_c = floor(500 · 0.01^(c / (C - 1))) over a shuffle of the classes, so that rarity does not depend on colour or shape.
    /// </summary>
    private static int[] TrainingCounts()
    {
        int[] rank = [.. Enumerable.Range(0, ClassCount)];
        Dice dice = new(20250102);
        dice.Shuffle(rank);
        const double ratio = (double)SmallestClass / LargestClass;
        // The small addend keeps the last count at 5 if the power rounds to just below 0.01.
        return [.. rank.Select(c => (int)Math.Floor(LargestClass * Math.Pow(ratio, (double)c / (ClassCount - 1)) + 1e-9))];
    }
}
