<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>studio</name>
    <message>
        <source> Another one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> Going on…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> It finds what is sky or grass by itself, or takes your label maps (under More).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> It is not drawn, as the axis has only values above 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> Other photos, the samples: {others_before:.1f} dB before, {others:.1f} dB now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> That is few: it may get better on these photos alone. {few} or more of the same kind would help.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> To judge texture it needs the file {name}, which is not here; without it, choose “Without judging texture” under More.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> of {amount}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> or </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> {sentence} The same holds for weights made from them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Invert it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keep it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Turn it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{expected}&apos; will be in the list of models in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is no set of weights that a network here takes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is not usable: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be a number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be a text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be a whole number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be one of {choices}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be true or false.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must lie between {low:g} and {high:g}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{name}&apos; was deleted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;{wrong}&apos; is no setting; write NAME=VALUE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>({col}, {row}) comes from ({source_col}, {source_row}), {how} · confidence {confidence} % · {kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>({col}, {row}) is drawn by the network; the best source is ({source_col}, {source_row}), {how} · confidence {confidence} % · {kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, no line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, with sampling areas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 pixel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>10 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>16 bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>32 bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A click gives the class to an area of one class, or to the rest of the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A closed stroke fills its inside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A double click renames a class.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A download stopped after {arrived:.1f} MB{of}: {title}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A fault of the program: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A pen pressed lightly draws a thin stroke</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Inpaint Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About the weights {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About {steps} of {crops} {time} on {device} ({speed}); {visits}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept a suggestion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept all suggestions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a class of your own to the palette of the labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a mask from a file to the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add point to guide line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the weights of its last step to the list of models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address of a mirror for weights, asked before their publishers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After {patience} measurements, about a minute apart, without a better one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another candidate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As careful as the model can</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As in the paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As movement is usually drawn (Middlebury): red is right, yellow down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the papers on attention print it: pink is lower left, green upper right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attention: the network looked there most.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Band</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Band of guide line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin another fine-tuning from these new weights; you choose its photos and its time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Better by {gain:.1f} dB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits that networks compute with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blended, mostly from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blended: mixed from copies, or a copy in another tone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush and eraser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush over something first, then fill.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush over something, press</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush size in image pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By a pixel, with Shift by ten</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CPU, 64 threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel the fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Candidate {index} of {count} (seed {seed}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candidate {number}: {describe}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot be used: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change how the program behaves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose folder...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose photos and a model again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the file of the trained features</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the file with the trained features</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the file...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder of label maps, named like the photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder of masks, white in the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder of photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder of your photos first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder that holds your photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chooses by the size of the hole and what lies round it, and names the reason.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the guide lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the sampling areas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear this list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click on an edge and follow it; Enter or a double click closes, Backspace goes back, Alt unmarks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click the corners; a double click or Enter closes it, Backspace takes the last one back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this fine-tuning and start a new one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this message (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closed strokes fill their inside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour adaptation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour of guide lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour of the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour of the only places to sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour of what must not be sampled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour wheel: hue is direction, saturation is distance, white is no offset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours of the flow view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare with these areas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: it has the colour of its source.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy mirrored pieces of the photo, too: for symmetric things; takes a little longer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy mirrored pieces, too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Crops per step; automatic: 4 or more on a processor, as in the paper on a graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Crossed lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete &apos;{name}&apos; from the disk?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete a guide line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all edges in the hole; the network draws its own again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all guide lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all labels, painted and predicted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all that is marked by “Do not sample here” and “Sample only here”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete guide line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete point of guide line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the chosen guide line, or the one drawn last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the chosen set from the disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the weights from the disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete this candidate; its neighbour takes its place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete what has arrived; other weights can be fetched then</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deleted candidate {index}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deleted the weights &apos;{name}&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deleted {title}; the Object tool finds objects without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detail copied from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detail copied: a network drew it, and its detail is from there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do again what was taken back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not sample here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done: &apos;{saved}&apos; is in the list of models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag a rectangle; Shift keeps it square, the right button or Alt unmarks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag an ellipse; Shift keeps it round, the right button or Alt unmarks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag round an object or over it; a further stroke, or one with Shift, adds to it, Alt takes away; a straight Shift-drag draws a box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag round what should go; the right button or Alt unmarks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag the yellow source to where this part should come from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw a straight line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw edges in the hole with the brush; the right button erases them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw round something to mark all of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw what should continue: drag, or click, click, double click. Drag points and lines to move them, click on a line to add a point; the right button deletes a point, or the line. Shift draws over lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawn by the network, like</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawn by the network. It looked most at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawn by the network. The best source is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawn by the network: it looked at many places.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawn by the network: no place in the photo looks like it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop a folder of your photos here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop the stroke under way, or cancel the fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop the stroke, or cancel the fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop the suggestion, and show the next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edges are drawn inside the hole; first mark what should go.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edges view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Eight hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End early when it gets no better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End it; the best weights so far are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarge the hole by some pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enough for a few dozen photos of one kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enough to see which way it goes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase with any brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Eraser size in image pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every model that is ready has filled this hole already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export flow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export flow...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export labels...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export mask...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feather</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feather the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fields of the recipe&apos;s settings, such as rate=0.0001</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill a hole first; then mark other sampling areas, to compare where both fills come from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill as soon as the pen lifts; one undo takes back both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill on release</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the drawn hole, or the last one again, with the next seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the drawn hole, or the last one again, with the next seed (Ctrl+Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the hole when the pen lifts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the hole with every model that is ready; each fill becomes a candidate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the hole with the chosen model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the hole with the chosen model (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the inside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the inside of the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the last hole again under the sampling areas marked now, and show both flows side by side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill the photos kept back for testing as it would now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill with all models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill with every model that is ready (Ctrl+Shift+Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill with the next {more} seeds, to choose among all of them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill with these weights from now on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filled by {fillers} in {seconds:.1f} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filled by {fillers} in {seconds:.1f} s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filling…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fills are computed on {name}: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fills are made by &apos;{saved}&apos; now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fills of the same hole are kept here,
to choose among them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find captions and date stamps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find dust and spots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find small spots on plain surroundings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find small text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find the shadow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find the shadow beside the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find wires</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find wires across the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fine-tune again...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fine-tune...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fine-tuning &apos;{saved}&apos;: {result}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fine-tuning {model}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fine-tuning: {text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First stage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flow colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flow view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fold or unfold {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For a network, the device can be chosen here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found in the photos, or those of the weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free to use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From the end of the stroke before, with any brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From {col}, {row}: {describe}. Let go to fill; Esc keeps it as it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get weights...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting {names}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting {title} ready…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the chosen set another name (F2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the hole a soft rim, blended into the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the weights this name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go from the photo to the panels, the tools and back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on from the photo to the tools, the panels and back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on where it broke off, with the same photos and settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on where the download stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with this fine-tuning where it stopped, with the same photos and settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on without the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Going on…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grow and fill again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grow the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grow the hole by some pixels and fill it; without a hole, do so with the one filled last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guide line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guide lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Harden the brush&apos;s edge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Harder brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hardness of the edge of brush and eraser in percent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide the overlays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hint: brush over something, press Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Holes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How carefully it fills</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How close its fills are to the real photo; higher is better, half a dB can be seen. Sharpness below 1 is blur, a seam above 1 can be seen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far Grow, Shrink and Feather reach, in pixels of the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far copied colours follow the light of a sky, a wall or a vignette; 0 copies them as they are. As usual: 0, and 100 % where you move a source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far copied colours follow the light, in percent; -1 as usual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far it gets in that time is measured as soon as there is a folder of photos, and a model to start from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far its fills are from the real photos, by several measures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How labels are painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How large texts and buttons are, in percent, from the next start on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How light the window is: as the system has it, light or dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much each place counts: white the most, black the least.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much the colours that the wand takes may differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much the wand&apos;s colours may differ, 0 to 255</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How sharp the edge of brush and eraser is ({ and })</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the chosen set was made, and what it is bad at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the hole is marked: tinted, or with crossed lines, too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hue: the way to the source.
Strength: how far it is.
White: right here.
Grey: drawn by the network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import labels...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import mask...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import the files that your browser has downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import weights from files you have</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import weights...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imported: {title}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Importing {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inpaint Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invert the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It can go on without that file; its fills may then come out smoother, with less texture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It ended before anything was measured; your models are as before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It ends by itself after 10 minutes; the best of all steps is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It ends by itself after an hour; the best of all steps is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It ends by itself after eight hours, with the window closed too; the best of all steps is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>It fills {n} crops it has not seen with {best:.1f} dB now.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>It goes on from the weights &apos;{name}&apos;, which come with the program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It goes on from the weights &apos;{name}&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It goes on in a moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It goes on until you stop it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It goes on until you stop it, with the window closed too; the best of all steps is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has no weights: it would start from nothing, which takes days on a fast card and many thousands of photos. Getting or importing weights first is the better way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It looks for the file in {parent}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It pauses when its step has ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It starts from nothing, which takes days on a fast card and many thousands of photos. Going on from its weights is the better way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its losses, smoothed; the blue line matters most. Point at a name below to read what it measures. Each mark of the scale is several times the one below it; values of 0 and below have no place there and are not drawn.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its values run from {low} to {high}; they are shown stretched from black to white.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its weights were deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its width is the photo&apos;s height. Some programs ignore how the camera was held.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the best</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the last too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this candidate however many others come</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep {name} as it is?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label maps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label maps of your own...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go to add {name} to the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go to import these weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go to open this picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go to open {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let it train again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the default fill begin as it did before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the default fill begin from the picture of this network, and copy its texture from the photo as before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the network draw the edges of the hole, so that you can correct them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the network say what belongs where in the hole, so that you can paint over it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Likeness on photos kept back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loaders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for {things}… (Esc stops)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking through it…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Losses</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Losses over the steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Magnetic lasso</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make all suggestions that are left part of the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make hole of what the hole encloses</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the brush larger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the brush smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the hole smaller by some pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the suggestion part of the hole, and show the next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make {more} more candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Many thousands of photos, {least} px or larger.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maps in {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark sampling areas with the next shape: brush, lasso, rectangle and so on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark sampling areas with the shape before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark something in the photo first; then fill it (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the only places to copy from, with any shape; Q takes the next one, the right button unmarks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the thing first; then its shadow can be found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark what has the colour you click on; the right button or Alt unmarks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark what is not marked, and the other way round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark what must not be copied from, with any shape; Q takes the next one, the right button unmarks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark what should go; Shift+click draws a straight line, the right button erases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mask files of your own...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Masks in {}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matched afterwards: a network drew it, and its source looks like it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measuring how it fills the photos kept back now…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory the undo history may take, in MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Middle button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirrored pieces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MobileSAM is looking for the object…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More options</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Motion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move along the edge and click now and then; a click on the first point or Enter closes, Backspace goes back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move guide line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move point of guide line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the chosen source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the photo; with any tool, hold Space or the middle button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest known: colours spread from there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Networks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New fine-tuning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next candidate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next sampling shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next suggestion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No class here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No object was found there; draw the loop closer round it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No photo was opened yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No published weights are known for this model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No suggestion was accepted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No weights are here yet. Get some that were published, or import files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No {what} came.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>None of the {n} photos in it can be used: {reason}</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Not one step of {crops} {time} on {device} ({speed}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has that colour; raise the tolerance.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is filled yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is left to copy from: leave more of the photo free of the hole and of excluded parts.</source>
        <translation>没有可供复制的像素了：请少选一些，让照片多留出一些未被修复区和排除区覆盖的部分。</translation>
    </message>
    <message>
        <source>Nothing is painted here; what is predicted can be painted over.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was filled here. Press on a coloured part.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was found when looking for {things}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off: the wand marks its colour everywhere in the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only what is connected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder the chosen set lies in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the image on the clipboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the next photo in the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the photo before this one in the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overlays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overnight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG holds 16 bits a channel, and the photo has floats; save it as TIFF to keep them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint the class with the brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint the classes of a label map from a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint what should be where, by class; Shift+click draws a straight line, Alt picks a class, the right button erases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint what should be where; Alt picks a class, the right button erases. Enter fills.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint {name} (number {number}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painted: {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Panels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Papers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste as new photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted as a new photo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pattern of the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause it, so that other programs get the whole computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused at step {step}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pausing: the step under way is ended first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pen&apos;s eraser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos kept back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos opened lately, one a line, the newest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture of how much each place counts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels added round what wand, Object, magnetic lasso and mask files mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels by which the hole grows, shrinks or is feathered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point at a filled pixel to see its source. Press on it, then drag the source to move it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point at the photo to see what is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted: {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicting {what}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing the filler…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press on a filled part to see its source; drag round some pixels to choose the part yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press on a filled part, then drag its source to where it should come from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous candidate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous sampling shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous suggestion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processes that load photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the fine-tuning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Qt does not start on this machine: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Qt lacks {names} for its window; {advice}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quick, a little less careful</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample only from places marked “Do not sample here”, and the other way round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample only here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the best weights so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the chosen set for other programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the hole as a mask, white inside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the labels as a label map with the names of the classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the photo under another name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the weights for other programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save where the fill came from: as an image, a page to point at, a figure with arrows, or numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {name} without {marks}, which a picture cannot hold.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving {name}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the licence of {title}&apos;s weights in the Model panel first, and press “Use it”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the weights published for the chosen network, or for all, and download them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See what the authors published, and get it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See what was published for all networks, and download it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See, rename and delete the weights on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings of the recipe: NAME=VALUE NAME=VALUE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shift+Tab leaves the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show each pixel of the photo as one pixel of the screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show every key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or fold away the panels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide more options of the fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the classes that are painted and predicted, or those that the last fill followed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the edges in the hole; the brush draws them and the right button erases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the fill after this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the fill before this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the fine-tuning &apos;{name}&apos;: {text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the image from the network&apos;s first stage instead of the fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the panel column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the photo alone, without hole, lines, areas, labels and marks, until you draw or press it again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the photo larger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the photo smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the suggestion after this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the suggestion before this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show two candidates side by side, with a split to drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show where every filled pixel came from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shrink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shrink the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side of the square crops; automatic: that of the weights, or as in the paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of texts and buttons</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size the brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sizes of brush and eraser in photos opened lately, by the photo&apos;s size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slightly better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Soften the brush&apos;s edge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Softer brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spread from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start fills as usual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step {step}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step {step} of {steps}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop what is under way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop, and go on later; the program can be closed meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop; the photo stays as it is (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop; what a download has fetched is kept for the next time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped looking.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping the fine-tuning…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping: the last steps are measured, the best weights are kept. Stop again to leave that out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggestions accepted: {number}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swap the sampling areas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tab held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take back the last step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The built-in fillers compute on the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The buttons and keys change the part under the pointer, or the one it was on last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The buttons and keys change the whole hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The channels that count most, of {count}:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The choice is automatic now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chosen model does not copy pieces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chosen model does not copy pieces; this counts only where you move a source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The default fill starts as usual again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The default fill starts from the picture of &apos;{saved}&apos; now; it still copies.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The default is used for a value in the settings file: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The devices are being looked up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The entries of its memory that count most, of {count}:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file as it was is kept as {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fine-tuned model &apos;{saved}&apos; is ready. Until you use it, fills are made as before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fine-tuning &apos;{name}&apos; went on meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fine-tuning of {model} broke off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fine-tuning of {model} could not begin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fine-tuning of {model} ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fine-tuning of {model} ended without a gain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder is being looked through.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder photos were last opened from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder weights were last imported from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {folder} cannot be read: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hole is cleared, and the guide lines stay. Clear again to delete them, too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The language of the program, from its next start on</source>
        <translation>程序的语言，下次启动时生效</translation>
    </message>
    <message>
        <source>The licence is not shown again for these weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mask lies on its side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mask may be inverted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mask may have to be turned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The memory of this machine did not suffice; nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model &apos;{name}&apos; is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model that fills</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model that the last fine-tuning began from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model that was chosen before that one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The models are being listed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name can have lower-case letters, digits and &apos;-&apos; between them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network looked at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network whose picture a copying fill starts from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The number of the class that is painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The outline encloses nothing; set more points round what should go.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pen&apos;s pressure sets the brush size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The photo has 64 bits a channel; it is edited and saved with the precision of 32.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The photo has more than 8 bits a channel; it was saved with 8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The photo was {turn}, as its camera noted. Some programs ignore that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same seed gives the same fill; another seed an equally good other one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same seed sees the same crops in the same order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The screen &apos;{display}&apos; cannot be reached; set DISPLAY to one that can.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings could not be kept in {file}: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {file} was not used: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The shapes that are cut out of your photos, to learn filling them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The side of the square whose mean colour the wand takes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The source of this part was moved, so all models would fill it alike. Mark a hole to fill it with all models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The speed could not be measured. {result}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The timing could not be started: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The timing ended without a result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The timing was ended from outside; perhaps the memory of this machine did not suffice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training could not be asked to {command}: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training could not be started: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training ended while no window watched it; perhaps the machine was switched off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training ended without saying why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training of {model} broke off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training of {model} ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training of {model} ended without a gain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training was ended from outside; perhaps the memory of this machine did not suffice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wand marks only what is connected with the place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wand takes the colour of the pixel under it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wand takes the mean colour of 3 x 3 pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wand takes the mean colour of 5 x 5 pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; are called &apos;{new}&apos; now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; for {title} are here. Until you use them, fills are made as before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights of its last step, {step}, are in the list of models now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights of {title} are gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights whose fills look closest are kept; needs the file of a trained AlexNet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights whose pixels are closest to the real photo are kept; favours smooth fills</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights whose structures are closest to the real photo are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The {photos} it has not seen got no better in {steps} ({before:.1f} dB); your models are as before. More time, or more photos of the same kind, may help.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are 255 guide lines; delete one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no labels to save; paint some, or let a model predict them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no photos in it; choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a model called &apos;{name}&apos; already; give it another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no class here and no hole; click on a class, or in the hole.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no class here to pick.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file {name}; check the name.</source>
        <translation>没有文件 {name}，请检查名称。</translation>
    </message>
    <message>
        <source>There is no hole under the pointer; point at a part of it, or choose the whole hole.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no other candidate that way; “Another one” makes one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no photo after this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no photo before this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture on the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no screen to show a window on (DISPLAY is not set); &apos;inpaint-studio fill&apos; works without one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no usable photo in that folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There were too few steps to draw.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These are the sampling areas of this fill. Mark others with “Do not sample here” or “Sample only here”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They are drawn after the first steps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They were trained here and cannot be brought back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model predicts no {what}; choose one that does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Timing a few steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Timing a few steps on this computer…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To have these weights again, they must be imported or downloaded again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train a model on your own photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train longer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train without judging texture (the perceptual and style losses); the fills may come out smoother</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training {model} from nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn &amp;left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn &amp;right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn {name} to match the photo?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo history</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo: cancel what runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undone: {label}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unmark all of the hole; once more, and the guide lines go, too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unmark what should stay; Shift+click draws a straight line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until I stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use as the start of fills</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the last weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version and licences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wand, Object and masks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.pth *.pt *.ckpt *.t7 *.p *.index *.json *.zip *.onnx)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights for {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights of VGG (*.pth)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights whose licence was seen, one a line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What a fill that copies starts from: the picture of a network, which knows what belongs in a large hole, or the colours of the hole&apos;s rim. Automatic: a network where it was measured to help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is sky, grass or stone in your photos. The program finds classes by colour and texture, or takes your own maps: a PNG for each photo, with its name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What marks sampling areas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the new weights are called in the list of models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the operations on the hole change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the weights are called in the list of models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where networks compute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the window stood</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width of drawn edges in image pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width of drawn edges in pixels of the photo ([ and ], or Ctrl+wheel)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width of the band that is continued along a guide line, in image pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width of the brush in pixels of the photo ([ and ], or Ctrl+wheel)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width of the eraser in pixels of the photo ([ and ], or Ctrl+wheel)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width of what continues along the line, in the photo&apos;s pixels ([ and ], or Ctrl+wheel)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without judging texture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without the perceptual and style losses, which need the file of a trained VGG, if you do not have it. The fills may come out smoother.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Y accepts, N refuses.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Y accepts, Shift+Y accepts all, N refuses, Page Down shows the next, Esc drops all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your browser opens the page. Download {names} there, then import it here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom of the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a key or button held over the photo; the canvas handles it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a night</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {round} of the {photos} photos it learns from are seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>and {more} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>anywhere in the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as usual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>broke off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checked by {kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>comes with the program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>crops smaller than {size} px (under More)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>detail copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>down left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>down right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>draw and erase, then fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>drawn by the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dust and spots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>each of the {photos} photos it learns from is seen about {times}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>going on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how badly that critic tells drawn edges from real ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how badly that critic tells rough pictures from real photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how badly the critic tells its fills from real photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far it is from knowing what is where in the photo, such as sky or water</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its colours are from those of the class that was painted there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its colours are from those of the real photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its colours are from those of the real photo, inside the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its colours are from those of the real photo, outside the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its drawn edges are from real ones, as that critic sees them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its drawn edges are from those of the real photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its fills are from the real photos, as the critic sees them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its shapes are from those of the real photo, as a network sees them that knows objects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far its textures are from those of the real photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far the colours of its first, rough picture are from those of the real photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how far what it sees in the hole is from what it would see in the real photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how much the judgement of the critic changes over small differences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how rough neighbouring pixels are; lower is smoother</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how well a critic tells its drawn edges from real ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how well a critic tells its first, rough pictures from real photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>how well the critic, a second network, tells its fills from real photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>imported from files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in eight hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>in {n} minutes</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>install them with your system&apos;s package manager</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>install them with: {command}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is too large to be one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its MD5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its SHA-256</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its own place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>likeness, {held_out}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>matched afterwards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>measuring the speed of this machine…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>more time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>on {n} crops it has not seen</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>over 99 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paint over what is wrong, then fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pausing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>seam {seam:.2f}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sharpness {sharpness:.2f}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>small text and date stamps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step 000000</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the beginning of its SHA-256</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the choice of the model is automatic now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the one photo it learns from is seen about {times}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the same place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the shadow beside the hole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trained here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trained on images of up to {size} px</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>under 1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>up left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>up right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>while the photo has the focus</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wires</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{arrived:.1f} MB have arrived before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{before:.1f} dB → {best:.1f} dB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{beginning} {col}, {row}: {distance:.0f} px {direction}.
Confidence {value:.0f} %.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{caption}: how the mask lies then</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{change}: {before:.1f} dB before, {best:.1f} dB now, {held_out}.{others}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} photos: original, hole, before and now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{ended} of {total}: {now}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{few} photos or more of the same kind as those that you want to fill, {least} px or larger.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{filled} of {total} models have filled the hole.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{first} or {last}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{format_duration} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{format_duration} so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{format} holds 8 bits a channel, and the photo has 16; save it as PNG or TIFF to keep them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{format} holds 8 bits a channel, and the photo has floats; save it as TIFF to keep them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{hours} h {rest} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{index} of {count}, seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{job} is paused; what has arrived is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{job} was cancelled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label} and fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{learnt} · {crops} of {size} px a step · {device}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{more} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{names} and more; folders within it are searched too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} (click: choose; Shift+click: compare with the chosen one; , and . step)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} (not found)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has no class at any pixel; 0 means that nothing is known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is painted now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} marks nearly everything. In some programs black marks what should go.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} marks nothing. Paint what should go in white on black, or in any colour on transparency.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} predicted in {seconds:.1f} s; {next_step}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was added to the hole and grown by {margin} px.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was added to the hole.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was for another photo; it was not added.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was imported as labels, with {classes}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was not imported, as something was being drawn; import it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number}  {titles}, seed {seed}{areas}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} archives of photos (WebDataset) found; the photos in them are counted as the training begins.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} classes</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} crops</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} files</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos found, all usable.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos found, {usable} usable, {skipped} skipped (broken or under {least} px).</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} steps</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} times</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{photos} to learn from, {held_out} to test it on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{px} px down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{px} px left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{px} px right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{px} px up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{seconds:.1f} s a step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size:.1f} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{speed}, about {round} steps in {format_duration}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{text} That is little; {names} would help.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{text} the candidate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{things}: suggestion {index} of {count}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{tip}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} (Q takes the next shape)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} (from nothing)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} (from the next start)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} (no weights)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} fills again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} has no weights yet. Get those that were published, or import files you have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} has no weights yet; get or import them in the Model panel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} section</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}: edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}: the model that fills</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{unsaved} More time, or more photos of the same kind, may help.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value:.0f} % of the photo would be filled; invert?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value:.1f} steps a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{waiting} more to come</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{why}; {now}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
