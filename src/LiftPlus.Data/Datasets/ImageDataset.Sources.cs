using LiftPlus.Data;

namespace LiftPlus;

public sealed partial class ImageDataset
{
    /// <summary>
    /// Reads a folder that holds one folder of images for each class: files with the endings of JPEG, PNG, WebP, BMP and GIF, or those that
    /// another decoder reads. Deeper folders belong to the class. Files that are passed over are counted and named in
    /// <see cref="Remarks"/>. Hidden files and folders, and those of systems and tools, are ignored. Every folder is read once: a link to a
    /// folder inside <paramref name="root"/> is followed unless that folder is read where it lies or was read through another link.
    /// </summary>
    /// <param name="root">The folder of the class folders.</param>
    /// <param name="classNames">
    /// Null: the folders' names in ordinal order are the classes. Otherwise the classes of another dataset, such as the training set, so
    /// that labels agree: each folder must have the name of a class ('_' equals ' '); a class without a folder has no images.
    /// </param>
    /// <param name="options">Which files are read; null for the defaults.</param>
    /// <exception cref="LiftPlusException">
    /// The folder is missing or holds no class folder, a class folder is empty or leads out of the folder, a folder cannot be read, two
    /// folders name the same class, a folder's name is not among the class names, or the folders are parts of a dataset (train, test).
    /// </exception>
    public static ImageDataset FromFolder(string root, IReadOnlyList<string>? classNames = null, DatasetReadOptions? options = null) =>
        new(ImageFolder.Read(root, classNames, options ?? new DatasetReadOptions()));

    /// <summary>
    /// Reads a list of <c>relative/path label</c> lines. The line's last space, tab or comma separates label and path, so paths may contain
    /// them too; they may be in quotes. Labels are all numbers or all class names. Blank lines are ignored. JSON is read as well: a list of
    /// objects (<c>"path"</c>, <c>"label"</c>) or pairs, an object of paths and labels, or an object per line.
    /// </summary>
    /// <param name="listFile">The list, UTF-8.</param>
    /// <param name="root">
    /// The folder that paths are relative to; null for the list's own folder. <c>\</c> is read as <c>/</c> outside Windows.
    /// </param>
    /// <param name="classNames">
    /// One name for each label; labels that are names may then contain spaces and commas ('_' equals ' '). Null: numbers are their own
    /// names; names are the classes in ordinal order, and contain spaces only if every line separates them by a tab or comma.
    /// <see cref="ReadClassNames"/> reads a file of names.
    /// </param>
    /// <param name="options">Whether paths may leave <paramref name="root"/>; null for the defaults.</param>
    /// <exception cref="LiftPlusException">
    /// The list is missing or empty, lines are invalid (each is named by its number), a relative path leaves the root, a label has no name,
    /// or numbers without names make more than 1,000 classes and more than 10 times as many as there are different labels.
    /// </exception>
    public static ImageDataset FromList(
        string listFile,
        string? root = null,
        IReadOnlyList<string>? classNames = null,
        DatasetReadOptions? options = null
    ) => new(ImageList.Read(listFile, root, classNames, options ?? new DatasetReadOptions()));

    /// <summary>Reads a table with a header line, as spreadsheets write it. Fields may be quoted (RFC 4180).</summary>
    /// <param name="file">The table, UTF-8.</param>
    /// <param name="pathColumn">The name of the column of paths, in any case.</param>
    /// <param name="labelColumn">The name of the column of labels: all numbers or all class names.</param>
    /// <param name="root">The folder that paths are relative to; null for the table's own folder.</param>
    /// <param name="classNames">As for <see cref="FromList"/>.</param>
    /// <param name="separator">The character that separates columns.</param>
    /// <param name="options">As for <see cref="FromList"/>.</param>
    /// <exception cref="LiftPlusException">
    /// The table is missing or empty, lacks a column, lines are invalid (each is named by its number), or a label has no name.
    /// </exception>
    public static ImageDataset FromCsv(
        string file,
        string pathColumn = "path",
        string labelColumn = "label",
        string? root = null,
        IReadOnlyList<string>? classNames = null,
        char separator = ',',
        DatasetReadOptions? options = null
    ) => new(ImageCsv.Read(file, pathColumn, labelColumn, root, classNames, separator, options ?? new DatasetReadOptions()));

    /// <summary>
    /// Reads images in tar files without unpacking them. A label is in the file of the same name that ends in .cls or .json (<c>"cls"</c>,
    /// <c>"label"</c>, <c>"class"</c> or <c>"class_name"</c>), as WebDataset writes shards; <c>1.view.jpg</c> belongs to <c>1.cls</c>
    /// unless there is a <c>1.view.cls</c>. If no image has such a file, the classes are the folders below the one that all share.
    /// </summary>
    /// <param name="place">A tar file, a folder of them, or a pattern such as <c>shards/train-*.tar</c>; read in ordinal order.</param>
    /// <param name="classNames">As for <see cref="FromList"/>.</param>
    /// <param name="options">Which files are read; null for the defaults.</param>
    /// <exception cref="LiftPlusException">
    /// No tar file is found, a tar file is damaged or compressed, images have no label (each is named), or a sample has two labels or two
    /// images.
    /// </exception>
    public static ImageDataset FromTar(string place, IReadOnlyList<string>? classNames = null, DatasetReadOptions? options = null) =>
        new(TarShards.Read(place, classNames, options ?? new DatasetReadOptions()));

    /// <summary>Creates a dataset of images in memory. It shares their pixels; the caller may dispose its own images.</summary>
    /// <param name="images">Images and labels.</param>
    /// <param name="classNames">One name for each label.</param>
    public static ImageDataset FromImages(IEnumerable<(RgbImage Image, int Label)> images, IReadOnlyList<string> classNames) =>
        new(
            images.Select(
                (item, index) => new LabeledImage(ImageSource.FromPixels(item.Image.Share(), $"image {index} in memory"), item.Label)
            ),
            classNames
        );

    /// <summary>
    /// Creates a dataset of anything that has an image and a class name, such as rows of a database:
    /// <c>From(rows, row =&gt; row.Species, row =&gt; row.Path)</c>.
    /// </summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <param name="label">Returns the class name of a row.</param>
    /// <param name="image">
    /// Returns the image of a row: a path, bytes or pixels, which convert implicitly, or any other <see cref="ImageSource"/>.
    /// </param>
    /// <param name="classNames">
    /// The classes in label order, such as those of the training set ('_' equals ' '); null for the different labels in ordinal order.
    /// </param>
    /// <exception cref="LiftPlusException">There are no rows, or labels are blank or not among the class names; each is named.</exception>
    public static ImageDataset From<T>(
        IEnumerable<T> rows,
        Func<T, string> label,
        Func<T, ImageSource> image,
        IReadOnlyList<string>? classNames = null
    ) => new(LabeledRows.Read(rows.Select(row => (image(row), label(row))), classNames));

    /// <summary>
    /// Creates a dataset of images that are opened when they are needed, from a database or blob storage. A loader opens up to 16 at a
    /// time.
    /// </summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <param name="label">Returns the class name of a row.</param>
    /// <param name="open">
    /// Opens the bytes of a row's image file. The stream is disposed after reading. Called from several threads, once more after a failure,
    /// and again in every epoch.
    /// </param>
    /// <param name="name">
    /// Returns the name that messages use for a row's image, and by which a resumed run recognizes it; null for the number of the row.
    /// </param>
    /// <param name="classNames">As for <see cref="FromList"/>, but a number is a name too.</param>
    /// <exception cref="LiftPlusException">There are no rows, or labels are blank or not among the class names; each is named.</exception>
    public static ImageDataset From<T>(
        IEnumerable<T> rows,
        Func<T, string> label,
        Func<T, CancellationToken, Task<Stream>> open,
        Func<T, string>? name = null,
        IReadOnlyList<string>? classNames = null
    ) =>
        new(
            LabeledRows.Read(
                rows.Select(
                    (row, index) => (ImageSource.FromOpener(stop => open(row, stop), name?.Invoke(row) ?? $"row {index}"), label(row))
                ),
                classNames
            )
        );

    /// <summary>Creates a dataset of image files in memory.</summary>
    /// <param name="images">The bytes of each file with its class name. Do not change them while the dataset is in use.</param>
    /// <param name="classNames">As for <see cref="FromList"/>, but a number is a name too.</param>
    /// <exception cref="LiftPlusException">
    /// There are no images, or labels are blank or not among the class names; each is named.
    /// </exception>
    public static ImageDataset FromBytes(
        IEnumerable<(ReadOnlyMemory<byte> Encoded, string Label)> images,
        IReadOnlyList<string>? classNames = null
    ) =>
        new(
            LabeledRows.Read(
                images.Select((image, index) => (ImageSource.FromBytes(image.Encoded, $"image {index} in memory"), image.Label)),
                classNames
            )
        );

    /// <summary>
    /// Reads class names in label order: one a line (blank lines at the end are ignored), a JSON list, a JSON object of labels and names,
    /// or the names of a folder's folders. WordNet identifiers, and numbers that count the lines from 0 or 1, are not part of the names.
    /// </summary>
    /// <param name="place">The file or folder.</param>
    /// <exception cref="LiftPlusException">The file is missing or empty, or a name is blank.</exception>
    public static IReadOnlyList<string> ReadClassNames(string place) => Data.ClassNames.Read(place);

    /// <summary>
    /// Reads new names for classes, for <see cref="WithClassNames"/>: lines such as <c>n01440764 tench, Tinca tinca</c> of
    /// <c>synset_words.txt</c>, where the first space, or a tab or comma before it, ends the old name; a table of two columns; or a JSON
    /// object.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <exception cref="LiftPlusException">The file is missing or empty, or a line is invalid.</exception>
    public static IReadOnlyDictionary<string, string> ReadClassNameMap(string file) => ClassNameMapFile.Read(file);
}
